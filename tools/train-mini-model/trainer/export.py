"""Writes the model folder: image.onnx, text.onnx (weights int8 and fp16) and wentu-model.json.

    python -m trainer.export WORKDIR MODEL_FOLDER --space wentu-mini-4
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from .augment import MEAN, STD
from .backbone import Backbone
from .paths import Work
from .texts import LONGEST, CompactTokenizer
from .towers import IDENTITY, MEANING, ImageTower, TextTower

VOCABULARY = 21128
SIZE = 160
OPSET = 17
SMALLEST = 2048  # Tensors with fewer numbers are not converted.
HALF_BELOW = 140_000  # Convolutions with fewer weights lose too much as int8.


class ImageModel(nn.Module):
    """Picture to unit vector."""

    def __init__(self, backbone, tower):
        super().__init__()
        self.backbone, self.tower = backbone, tower

    def forward(self, image):
        return self.tower(*self.backbone(image))


def full_vocabulary(state: dict, rows: dict[int, int]) -> dict:
    """The embedding for all token ids: ids that do not occur in the training share one vector."""
    compact = state["embedding.weight"]
    full = compact[CompactTokenizer.UNKNOWN].expand(VOCABULARY, -1).clone()
    for token, row in rows.items():
        full[token] = compact[row]
    return {**state, "embedding.weight": full}


def eight_bit(name, weights, axis):
    """Initializers and the node of a weight kept as int8 with a scale for each slice of an axis."""
    others = tuple(i for i in range(weights.ndim) if i != axis)
    scale = np.maximum(np.abs(weights).max(others) / 127, 1e-8).astype(np.float32)
    shape = [-1 if i == axis else 1 for i in range(weights.ndim)]
    rounded = np.clip(np.round(weights / scale.reshape(shape)), -127, 127).astype(np.int8)
    parts = {"_q": rounded, "_s": scale, "_z": np.zeros(len(scale), np.int8)}
    tensors = [numpy_helper.from_array(value, name + end) for end, value in parts.items()]
    node = helper.make_node("DequantizeLinear", [t.name for t in tensors], [name], axis=axis)
    return tensors, [node]


def eight_bit_rows(name, weights, gather):
    """As eight_bit for an embedding: the rows are gathered first, so that only they are scaled."""
    scale = np.maximum(np.abs(weights).max(1, keepdims=True) / 127, 1e-8).astype(np.float32)
    rounded = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    tensors = [
        numpy_helper.from_array(rounded, f"{name}_q"),
        numpy_helper.from_array(scale, f"{name}_s"),
    ]
    ids, output = gather.input[1], gather.output[0]
    nodes = [
        helper.make_node("Gather", [f"{name}_q", ids], [f"{name}_rows"]),
        helper.make_node("Cast", [f"{name}_rows"], [f"{name}_float"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}_s", ids], [f"{name}_scales"]),
        helper.make_node("Mul", [f"{name}_float", f"{name}_scales"], [output]),
    ]
    return tensors, nodes


def half(name, weights):
    """As eight_bit, but 16-bit floats."""
    tensor = numpy_helper.from_array(weights.astype(np.float16), f"{name}_h")
    return [tensor], [helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT)]


def quantise(path: Path) -> None:
    """Stores the weights of an ONNX file in 8 and 16 bits; the arithmetic stays in fp32."""
    model = onnx.load(path)
    graph = model.graph
    users = {name: node for node in graph.node for name in node.input}
    tensors, before, replaced = [], [], {}
    for tensor in graph.initializer:
        weights, user = numpy_helper.to_array(tensor), users.get(tensor.name)
        if weights.dtype != np.float32 or weights.size < SMALLEST or user is None:
            tensors.append(tensor)
            continue
        if user.op_type == "Gather":
            new, nodes = eight_bit_rows(tensor.name, weights, user)
            replaced[user.output[0]] = nodes
            tensors += new
            continue
        if weights.ndim == 4 and weights.size < HALF_BELOW:
            new, nodes = half(tensor.name, weights)
        else:
            rows = any(a.name == "transB" and a.i for a in user.attribute)
            axis = 0 if user.op_type == "Conv" or rows else weights.ndim - 1
            new, nodes = eight_bit(tensor.name, weights, axis)
        tensors += new
        before += nodes
    after = [new for node in graph.node for new in replaced.get(node.output[0], [node])]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(before + after)
    graph.initializer.extend(tensors)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def describe(folder: Path, space: str) -> None:
    """Writes wentu-model.json, the description that every model of Wentu has."""
    files = {}
    for name in ("image.onnx", "text.onnx", "vocab.txt"):
        content = (folder / name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        files[name] = {"sha256": digest, "sizeBytes": len(content)}
    description = {
        "formatVersion": 1,
        "name": "wentu-mini",
        "space": space,
        "title": {
            "en": "Wentu mini: drawings of everyday things and common photo subjects",
            "zh": "文图迷你模型：日常事物的图画与常见照片",
        },
        "license": "Apache-2.0",
        "dimension": IDENTITY + MEANING,
        "logitScale": 4.6052,
        "image": {
            "file": "image.onnx",
            "input": "image",
            "output": "image_features",
            "size": SIZE,
            "mean": [MEAN] * 3,
            "std": [STD] * 3,
            "normalized": True,
        },
        "text": {
            "file": "text.onnx",
            "inputs": {"ids": "input_ids", "attentionMask": "attention_mask"},
            "output": "text_features",
            "contextLength": LONGEST,
            "sequence": "dynamic",
            "normalized": True,
        },
        "vocabulary": "vocab.txt",
        "sessionConfig": {"session.disable_quant_qdq": "1"},
        "files": files,
    }
    text = json.dumps(description, indent=2, ensure_ascii=False)
    (folder / "wentu-model.json").write_text(text + "\n", "utf8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--space", required=True)
    parser.add_argument("--towers", default="towers.pt")
    options = parser.parse_args()
    data = Work(options.work).data
    towers = torch.load(data / options.towers)
    backbone, image, text = Backbone(), ImageTower(), TextTower(VOCABULARY)
    backbone.load_state_dict(torch.load(data / "backbone.pt")["backbone"])
    image.load_state_dict(towers["image"])
    text.load_state_dict(full_vocabulary(towers["text"], towers["rows"]))
    options.folder.mkdir(parents=True, exist_ok=True)
    common = {"dynamo": False, "opset_version": OPSET}
    image_file, text_file = options.folder / "image.onnx", options.folder / "text.onnx"
    torch.onnx.export(
        ImageModel(backbone, image).eval(),
        (torch.randn(2, 3, SIZE, SIZE),),
        str(image_file),
        input_names=["image"],
        output_names=["image_features"],
        dynamic_axes={"image": {0: "n"}, "image_features": {0: "n"}},
        **common,
    )
    ids = torch.tensor([[101, 2207, 4318, 102], [101, 4318, 102, 0]])
    axes = {0: "n", 1: "l"}
    torch.onnx.export(
        text.eval(),
        (ids, (ids > 0).long()),
        str(text_file),
        input_names=["input_ids", "attention_mask"],
        output_names=["text_features"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "text_features": {0: "n"}},
        **common,
    )
    for file in (image_file, text_file):
        quantise(file)
        print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB")
    describe(options.folder, options.space)


if __name__ == "__main__":
    main()
