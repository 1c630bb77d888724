"""Makes libs/encoder/fixtures/tiny-model: a model folder whose vectors can be calculated by hand.

    python3 -m venv venv && venv/bin/pip install onnx==1.23.2
    venv/bin/python tools/make-encoder-fixtures/make_tiny_model.py

Like the official cn_clip exports it accepts one row per run and texts of the full length, has no attention mask, and
does not normalise. An image's vector is the mean of each channel of the input tensor; a text's is its first three ids.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE, CONTEXT = 4, 8
FOLDER = Path(__file__).resolve().parents[2] / "libs/encoder/fixtures/tiny-model"
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "红", "绿", "蓝"]


def save(name: str, nodes: list, x, y, constants: dict) -> None:
    initializers = [numpy_helper.from_array(np.array(value, dtype=np.int64), key) for key, value in constants.items()]
    graph = helper.make_graph(nodes, name, [x], [y], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    (FOLDER / name).write_bytes(model.SerializeToString())


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    save(
        "image.onnx",
        [helper.make_node("ReduceMean", ["image"], ["features"], axes=[2, 3], keepdims=0)],
        helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIZE, SIZE]),
        helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, 3]),
        {},
    )
    save(
        "text.onnx",
        [
            helper.make_node("Slice", ["text", "from", "to", "axis"], ["first"]),
            helper.make_node("Cast", ["first"], ["features"], to=TensorProto.FLOAT),
        ],
        helper.make_tensor_value_info("text", TensorProto.INT64, [1, CONTEXT]),
        helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, 3]),
        {"from": [0], "to": [3], "axis": [1]},
    )
    (FOLDER / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    files = {}
    for name in ("image.onnx", "text.onnx", "vocab.txt"):
        data = (FOLDER / name).read_bytes()
        files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "sizeBytes": len(data)}
    manifest = {
        "formatVersion": 1,
        "name": "tiny",
        "space": "tiny-1",
        "title": {"en": "Means and ids, for tests", "zh": "测试用：均值与编号"},
        "license": "Apache-2.0",
        "dimension": 3,
        "logitScale": 4.6052,
        "image": {
            "file": "image.onnx",
            "input": "image",
            "output": "features",
            "size": SIZE,
            "mean": [0.5, 0.4, 0.2],
            "std": [0.25, 0.5, 0.1],
            "normalized": False,
        },
        "text": {
            "file": "text.onnx",
            "inputs": {"ids": "text"},
            "output": "features",
            "contextLength": CONTEXT,
            "sequence": "fixed",
            "normalized": False,
        },
        "vocabulary": "vocab.txt",
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (FOLDER / "wentu-model.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
