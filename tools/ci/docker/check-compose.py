"""The compose files of docker/ against the published schema, alone and with the GPU file on top, and against each other.

Needs requirements.txt. Merging and interpolation are done here as far as these files need them; no engine is asked.
"""

import copy
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[3]
DOCKER = ROOT / "docker"
BASES = ["compose.lite.yaml", "compose.yaml"]
GPU = "compose.gpu.yaml"
# The server ends anyway after 15 s; what is shorter cuts running requests off.
MIN_GRACE_SECONDS = 20
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")

passed = failed = 0


def check(name, problems):
    global passed, failed
    if problems:
        failed += 1
        print(f"FAILED: {name}")
        for problem in problems:
            print(f"  {problem}")
    else:
        passed += 1
        print(f"ok: {name}")


def load(name):
    return YAML(typ="safe").load((DOCKER / name).read_text())


def example():
    """The variables of .env.example; an empty password or key gets one."""
    pairs = [line.split("=", 1) for line in (DOCKER / ".env.example").read_text().splitlines() if re.match(r"\w+=", line)]
    return {key: value or ("0123456789abcdef" * 2 if key.endswith(("PASSWORD", "KEY")) else "") for key, value in pairs}


def interpolate(node, env, used):
    if isinstance(node, dict):
        return {key: interpolate(value, env, used) for key, value in node.items()}
    if isinstance(node, list):
        return [interpolate(value, env, used) for value in node]
    if not isinstance(node, str):
        return node

    def value_of(match):
        name, operator, rest = match.groups()
        used[name] = operator
        return env.get(name) or (rest if operator == "-" else "")

    return VARIABLE.sub(value_of, node)


def merge(base, over):
    """As compose merges what the GPU file has: mappings by key, scalars replaced. Lists of both would be appended."""
    merged = copy.deepcopy(base)
    for key, value in over.items():
        if isinstance(merged.get(key), dict) and isinstance(value, dict):
            merged[key] = merge(merged[key], value)
        elif isinstance(merged.get(key), list):
            merged[key] = merged[key] + value
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def schema_problems(document):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        program = Path(sys.executable).with_name("check-jsonschema")
        command = [program, "--builtin-schema", "vendor.compose-spec", file.name]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    return [] if run.returncode == 0 else (run.stdout + run.stderr).splitlines()


def agreement_problems(document):
    """What the schema cannot see: names that must exist, tags that must be pinned, health that is waited for."""
    services = document["services"]
    for name, service in services.items():
        image = service.get("image", "")
        if not re.search(r":[\w.-]*\w$", image) or image.endswith(":latest"):
            yield f"{name}: the image {image!r} has no tag of its own"
        for other, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy" and "healthcheck" not in services.get(other, {}):
                yield f"{name} waits for the health of {other}, which has no check"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if not source.startswith("/") and source not in document.get("volumes", {}):
                yield f"{name}: the volume {source!r} is not declared"
        for network in service.get("networks", []):
            if network not in document.get("networks", {}):
                yield f"{name}: the network {network!r} is not declared"
    wentu = services["wentu"]
    if int(wentu["stop_grace_period"].removesuffix("s")) < MIN_GRACE_SECONDS:
        yield f"wentu: stop_grace_period is under {MIN_GRACE_SECONDS}s"
    target = wentu["build"]["target"]
    stages = re.findall(r"^FROM \S+ AS (\S+)$", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
    if target not in stages:
        yield f"wentu: the Dockerfile has no target {target!r}"


def setting_problems(document):
    keys = set(re.findall(r"^  ([A-Z][A-Z_]+):", (ROOT / "libs/composition/src/config.ts").read_text(), re.MULTILINE))
    return [f"{key} is no setting" for key in document["services"]["wentu"].get("environment", {}) if key not in keys]


def main():
    env, used = example(), {}
    files = {name: interpolate(load(name), env, used) for name in BASES}
    gpu = interpolate(load(GPU), env, used)
    for name in BASES:
        check(f"{name} follows the schema", schema_problems(files[name]))
        check(f"{name} agrees with itself", list(agreement_problems(files[name])))
        merged = merge(files[name], gpu)
        check(f"{name} with {GPU} follows the schema", schema_problems(merged))
        check(f"{name} with {GPU} agrees with itself", list(agreement_problems(merged)))
    for name in BASES:
        check(f"{name} sets settings only", setting_problems(merge(files[name], gpu)))
    check("the variables are those of .env.example", sorted(f"{name} is on one side only" for name in set(used) ^ set(env)))
    no_default = [f"{name} is used without a default and without a message" for name, operator in used.items() if not operator]
    check("a variable has a default or a message", no_default)
    broken = copy.deepcopy(files[BASES[0]])
    broken["services"]["wentu"]["read_onli"] = True
    check("a misspelt key is refused", [] if schema_problems(broken) else ["the schema took read_onli"])
    print(f"compose: {passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
