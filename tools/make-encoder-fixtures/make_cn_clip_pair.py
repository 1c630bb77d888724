"""Makes libs/encoder/fixtures/cn-clip-pair: two towers with random weights, in the shape of cn_clip's export.

    python3 -m venv venv && venv/bin/pip install torch==2.5.1 onnx==1.17.0 onnxconverter-common==1.14.0
    venv/bin/python tools/make-encoder-fixtures/make_cn_clip_pair.py && npx prettier --write libs/encoder/fixtures/cn-clip-pair

fp32: one row per run, weights in the graph. fp16: any number of rows, weights in an .extra_file, and an output whose
dimension the graph does not declare. golden.json contains the vectors of torch for pixels and for ids of texts.
The text tower looks ids up modulo 61, because a table of 21,128 rows would be larger than everything else here.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxconverter_common import float16
from torch import nn

SIZE, WIDTH, DIMENSION, CONTEXT, ROWS = 16, 24, 12, 52, 61
LIBRARY = Path(__file__).resolve().parents[2] / "libs/encoder"
FOLDER = LIBRARY / "fixtures/cn-clip-pair"
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(3, 1, 1)
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(3, 1, 1)
TEXTS = ["一只小狗在草地上", "红花", "", "天气"]


class ImageTower(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, WIDTH, 8, 8)
        self.mix = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, WIDTH))
        self.projection = nn.Linear(WIDTH, DIMENSION, bias=False)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.patches(image).flatten(2).transpose(1, 2)
        return self.projection((x + self.mix(x)).mean(1)) * 5


class TextTower(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(ROWS, WIDTH)
        self.places = nn.Parameter(torch.randn(CONTEXT, WIDTH) * 0.3)
        self.mix = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, WIDTH))
        self.projection = nn.Linear(WIDTH, DIMENSION, bias=False)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        mask = (text != 0).float().unsqueeze(-1)
        x = self.table(text % ROWS) + self.places
        return self.projection(((x + self.mix(x)) * mask).sum(1) / mask.sum(1)) * 5


def export(tower: nn.Module, sample: torch.Tensor, kind: str, source: str, output: str) -> None:
    path = FOLDER / f"tiny.{kind}.fp32.onnx"
    options = dict(input_names=[source], output_names=[output], opset_version=14, dynamo=False)
    torch.onnx.export(tower, (sample,), str(path), **options)
    half = FOLDER / f"tiny.{kind}.fp16.onnx"
    dynamic = {source: {0: "batch"}, output: {0: "batch", 1: "features"}}
    torch.onnx.export(tower, (sample,), str(half), dynamic_axes=dynamic, **options)
    graph = float16.convert_float_to_float16(onnx.load(half), keep_io_types=True)
    extra = f"{half.name}.extra_file"
    (FOLDER / extra).unlink(missing_ok=True)
    onnx.save(graph, half, save_as_external_data=True, all_tensors_to_one_file=True, location=extra, size_threshold=0)


def pixels(seed: int) -> np.ndarray:
    """Bytes `[S, S, 3]`: (i * seed * 31 + floor(i / 128)) mod 256."""
    i = np.arange(SIZE * SIZE * 3)
    return ((i * seed * 31 + (i >> 7)) & 255).reshape(SIZE, SIZE, 3)


def unit(x: torch.Tensor) -> list[float]:
    return [round(v, 7) for v in (x / x.norm(dim=-1, keepdim=True))[0].tolist()]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(11)
    image, text = ImageTower().eval(), TextTower().eval()
    export(image, torch.zeros(1, 3, SIZE, SIZE), "img", "image", "unnorm_image_features")
    export(text, torch.ones(1, CONTEXT, dtype=torch.long), "txt", "text", "unnorm_text_features")

    vocabulary = (LIBRARY / "vocabulary/bert-base-chinese.txt").read_text(encoding="utf-8").split("\n")
    golden = {"images": [], "texts": []}
    with torch.no_grad():
        for seed in (1, 2, 5):
            x = (torch.tensor(pixels(seed)).permute(2, 0, 1).float() / 255 - MEAN) / STD
            golden["images"].append({"seed": seed, "features": unit(image(x[None]))})
        for value in TEXTS:
            ids = [vocabulary.index(piece) for piece in ["[CLS]", *value, "[SEP]"]]
            padded = torch.tensor([ids + [0] * (CONTEXT - len(ids))])
            golden["texts"].append({"text": value, "features": unit(text(padded))})
    (FOLDER / "golden.json").write_text(json.dumps(golden, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
