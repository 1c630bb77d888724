"""Makes libs/encoder/fixtures/hub-model: a Chinese-CLIP with random weights in the hub's transformers layout.

    python3 -m venv venv && venv/bin/pip install torch==2.5.1 transformers==4.46.3 onnx==1.17.0 onnxconverter-common==1.14.0 onnxruntime==1.32.0
    venv/bin/python tools/make-encoder-fixtures/make_hub_model.py && npx prettier --write libs/encoder/fixtures/hub-model

One joint graph, exported like those of the hub: dynamic batch and text length, features of both towers and the logits.
model_fp16.onnx has float16 inputs and outputs; model_quantized.onnx also has token types as input, and has its weights
in a second file.
golden.json contains the vectors of torch for pixels, which are given by their formula, and for ids of texts.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxconverter_common import float16
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import ChineseCLIPConfig, ChineseCLIPModel

SIZE, DIMENSION = 16, 16
FOLDER = Path(__file__).resolve().parents[2] / "libs/encoder/fixtures/hub-model"
MEAN = [0.48145466, 0.4578275, 0.40821073]
STD = [0.26862954, 0.26130258, 0.27577711]
VOCABULARY = ["[PAD]", *(f"[unused{i}]" for i in range(1, 10)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY += list("红绿蓝黄黑白大小狗猫鸟鱼花树山水天地人车的一二三四五六七八九十上下左右里外在有和，。")
VOCABULARY += ["a", "b", "##a", "##b"]
TEXTS = ["一只小狗", "红花和绿树，在山上。", "天", "", "a ab 车 狐狸"]


class Joint(torch.nn.Module):
    def __init__(self, model: ChineseCLIPModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids, pixel_values, attention_mask, token_type_ids=None):
        out = self.model(input_ids, pixel_values, attention_mask, token_type_ids)
        return out.logits_per_image, out.logits_per_text, out.text_embeds, out.image_embeds


def make_model() -> ChineseCLIPModel:
    torch.manual_seed(7)
    text = dict(
        vocab_size=len(VOCABULARY), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=64,
    )
    vision = dict(
        hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48, image_size=SIZE, patch_size=8,
    )
    config = ChineseCLIPConfig(
        text_config=text, vision_config=vision, projection_dim=DIMENSION, logit_scale_init_value=3.25,
        attn_implementation="eager",
    )
    model = ChineseCLIPModel(config).eval()
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.3)
    return model


def export(model: ChineseCLIPModel, path: Path, *more: str) -> None:
    ids = torch.tensor([[11, 14, 15, 12], [11, 16, 12, 0]])
    text = {0: "text_batch_size", 1: "sequence_length"}
    torch.onnx.export(
        Joint(model).eval(),
        (ids, torch.zeros(2, 3, SIZE, SIZE), (ids != 0).long(), *(torch.zeros_like(ids) for _ in more)),
        str(path),
        input_names=["input_ids", "pixel_values", "attention_mask", *more],
        output_names=["logits_per_image", "logits_per_text", "text_embeds", "image_embeds"],
        dynamic_axes={
            "input_ids": text,
            "attention_mask": text,
            **{name: text for name in more},
            "pixel_values": {0: "image_batch_size", 1: "num_channels", 2: "height", 3: "width"},
            "logits_per_image": {0: "image_batch_size", 1: "text_batch_size"},
            "logits_per_text": {0: "text_batch_size", 1: "image_batch_size"},
            "text_embeds": {0: "text_batch_size"},
            "image_embeds": {0: "image_batch_size"},
        },
        opset_version=14,
        dynamo=False,
    )


def export_all(model: ChineseCLIPModel) -> None:
    path, quantized = FOLDER / "onnx/model.onnx", FOLDER / "onnx/model_quantized.onnx"
    export(model, path, "token_type_ids")
    quantize_dynamic(path, quantized, weight_type=QuantType.QUInt8, op_types_to_quantize=["MatMul", "Gather"])
    weights = f"{quantized.name}_data"
    (FOLDER / "onnx" / weights).unlink(missing_ok=True)
    external = dict(save_as_external_data=True, location=weights, size_threshold=256)
    onnx.save(strip(onnx.load(quantized)), quantized, **external)
    export(model, path)
    graph = onnx.load(path)
    half = float16.convert_float_to_float16(graph, keep_io_types=False)
    onnx.save(strip(half), FOLDER / "onnx/model_fp16.onnx")
    onnx.save(strip(graph), path)


def strip(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without the parts that only people read."""
    for node in model.graph.node:
        node.ClearField("doc_string")
        node.ClearField("name")
    model.graph.ClearField("value_info")
    return model


def encode(text: str) -> list[int]:
    """Ids of the fixture's texts, in which every character is a word but `ab`, which is `a ##b`."""
    pieces = ["a" if c == "a" else "##b" if c == "b" else c for c in text.replace(" ", "")]
    return [11, *(VOCABULARY.index(piece) if piece in VOCABULARY else 10 for piece in pieces), 12]


def pixels(seed: int) -> np.ndarray:
    """Bytes `[S, S, 3]`: (i * seed * 31 + floor(i / 128)) mod 256."""
    i = np.arange(SIZE * SIZE * 3)
    return ((i * seed * 31 + (i >> 7)) & 255).reshape(SIZE, SIZE, 3)


def golden(model: ChineseCLIPModel) -> dict:
    def unit(x: torch.Tensor) -> list[float]:
        return [round(v, 7) for v in (x / x.norm(dim=-1, keepdim=True))[0].tolist()]

    with torch.no_grad():
        images = []
        for seed in (1, 2, 5):
            x = torch.tensor(pixels(seed)).permute(2, 0, 1).float() / 255
            x = (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)
            images.append({"seed": seed, "features": unit(model.get_image_features(x[None]))})
        texts = []
        for text in TEXTS:
            ids = torch.tensor([encode(text)])
            features = model.get_text_features(ids, torch.ones_like(ids))
            texts.append({"text": text, "features": unit(features)})
    return {"images": images, "texts": texts, "logitScale": model.logit_scale.item()}


def write_json(name: str, value: object) -> None:
    (FOLDER / name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    (FOLDER / "onnx").mkdir(parents=True, exist_ok=True)
    model = make_model()
    export_all(model)
    write_json("golden.json", golden(model))
    write_json(
        "config.json",
        {
            "architectures": ["ChineseCLIPModel"],
            "model_type": "chinese_clip",
            "projection_dim": DIMENSION,
            "text_config": {"vocab_size": len(VOCABULARY), "max_position_embeddings": 64},
            "vision_config": {"image_size": SIZE},
        },
    )
    write_json(
        "preprocessor_config.json",
        {"image_mean": MEAN, "image_std": STD, "resample": 3, "size": {"height": SIZE, "width": SIZE}},
    )
    (FOLDER / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
