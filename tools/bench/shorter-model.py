"""Copies a model folder with vectors of fewer numbers: python shorter-model.py FOLDER OUT NUMBERS (needs onnx).

Each feature keeps its first NUMBERS numbers and is normalized again. Such a model finds nothing better; it costs what
the given one costs, with an index of another size: node tools/bench/scaling.mjs --model OUT 1000000.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

source, out, numbers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
shutil.copytree(source, out)
manifest = json.loads((out / "wentu-model.json").read_text("utf-8"))
if numbers >= manifest["dimension"]:
    sys.exit(f"{source.name} has vectors of {manifest['dimension']} numbers; give fewer than that")

for tower in ("image", "text"):
    path, name = out / manifest[tower]["file"], manifest[tower]["output"]
    model = onnx.load(path)
    graph = model.graph
    for node in graph.node:
        node.output[:] = ["longer" if given == name else given for given in node.output]
        node.input[:] = ["longer" if given == name else given for given in node.input]
    bounds = {"start": 0, "end": numbers, "axis": -1}
    graph.initializer.extend(
        numpy_helper.from_array(np.array([value], np.int64), bound) for bound, value in bounds.items()
    )
    graph.node.extend(
        [
            helper.make_node("Slice", ["longer", *bounds], ["shorter"]),
            helper.make_node("LpNormalization", ["shorter"], [name], axis=-1, p=2),
        ]
    )
    (output,) = (output for output in graph.output if output.name == name)
    output.type.tensor_type.shape.dim[-1].dim_value = numbers
    onnx.save(model, path)
    manifest["files"][path.name] = {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "sizeBytes": path.stat().st_size,
    }

manifest.update(name=f"{manifest['name']}-{numbers}", space=f"{manifest['space']}-{numbers}", dimension=numbers)
(out / "wentu-model.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2), "utf-8")
