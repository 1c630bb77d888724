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


def hardening_problems(document):
    """What docs/security.md promises of the container."""
    wentu = document["services"]["wentu"]
    expected = {
        "init": True,
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "tmpfs": ["/tmp"],
    }
    for key, value in expected.items():
        if wentu.get(key) != value:
            yield f"wentu: {key} is {wentu.get(key)!r}, not {value!r}"
    for key in ("user", "privileged", "cap_add", "devices", "network_mode", "pid"):
        if key in wentu:
            yield f"wentu: {key} is set"
    if "WENTU_ADMIN_KEY" not in wentu.get("environment", {}):
        yield "wentu: there is no WENTU_ADMIN_KEY, so a server on all addresses does not start"
    for volume in wentu["volumes"]:
        if volume.startswith("/") and not volume.endswith(":ro"):
            yield f"wentu: {volume} can be written"
    for name, service in document["services"].items():
        for port in service.get("ports", []):
            if name != "wentu" or not port.startswith("127.0.0.1:"):
                yield f"{name}: {port} can be reached from outside"


def image_problems(dockerfile):
    """Targets that serve run as a user without rights, know whether they are alive, and are built without scripts of packages."""
    stages = re.split(r"^FROM ", dockerfile, flags=re.MULTILINE)[1:]
    serving = [stage for stage in stages if re.search(r"^CMD ", stage, re.MULTILINE)]
    if len(serving) != 2:
        yield f"{len(serving)} targets serve"
    for stage in serving:
        name = stage.split("\n")[0]
        user, volume = stage.find("\nUSER 1000:1000\n"), stage.find("\nVOLUME /data\n")
        if user < 0 or stage.rfind("\nRUN ") > user:
            yield f"{name}: a command after USER 1000:1000, or no USER"
        if volume < user:
            yield f"{name}: VOLUME /data before USER"
        if "\nHEALTHCHECK " not in stage:
            yield f"{name}: no HEALTHCHECK"
    for line in re.findall(r"npm ci .*", dockerfile):
        if "--ignore-scripts" not in line:
            yield f"{line}: scripts of packages run"
    for key in re.findall(r"^ENV .*(?:KEY|PASSWORD|TOKEN).*$", dockerfile, re.MULTILINE):
        yield f"{key}: a secret is in the image"


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
        check(f"{name} gives the server no rights", list(hardening_problems(files[name])))
        merged = merge(files[name], gpu)
        check(f"{name} with {GPU} follows the schema", schema_problems(merged))
        check(f"{name} with {GPU} agrees with itself", list(agreement_problems(merged)))
    check("the targets of the Dockerfile", list(image_problems((DOCKER / "Dockerfile").read_text())))
    for name in BASES:
        check(f"{name} sets settings only", setting_problems(merge(files[name], gpu)))
    check("the variables are those of .env.example", sorted(f"{name} is on one side only" for name in set(used) ^ set(env)))
    no_default = [f"{name} is used without a default and without a message" for name, operator in used.items() if not operator]
    check("a variable has a default or a message", no_default)
    broken = copy.deepcopy(files[BASES[0]])
    broken["services"]["wentu"]["read_onli"] = broken["services"]["wentu"].pop("read_only")
    check("a root that can be written is found", [] if list(hardening_problems(broken)) else ["it was not"])
    check("a misspelt key is refused", [] if schema_problems(broken) else ["the schema took read_onli"])
    print(f"compose: {passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
