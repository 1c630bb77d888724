"""The exported model in Wentu's own encoder against cn_clip: preprocessing, tokenizer and towers together."""

import json
import subprocess
from pathlib import Path

import cn_clip.clip
import numpy as np
import torch
from cn_clip.clip import image_transform
from exporter.checkpoint import load_checkpoint
from exporter.verify import unit
from PIL import Image

TEXTS = [
    "一只小狗在草地上奔跑",
    "杰尼龟",
    "A red CAR, 2024年！",
    "",
    "两个人在海边看日落🌅，旁边有一只猫",
    "很长的句子" * 20,
]


def pictures(folder: Path) -> list[Path]:
    rng = np.random.default_rng(5)
    paths = []
    for i, (width, height, mode) in enumerate([(40, 90, "RGB"), (300, 200, "RGB"), (64, 64, "RGBA"), (131, 17, "L")]):
        coarse = rng.integers(0, 256, (5, 7, 4), dtype=np.uint8)
        image = Image.fromarray(coarse, "RGBA").resize((width, height), Image.BICUBIC).convert(mode)
        paths.append(folder / f"{i}.png")
        image.save(paths[-1])
    return paths


def test_it_gives_the_features_of_cn_clip(small, exported, tmp_path):
    folder, _ = exported("fp32")
    paths = pictures(tmp_path)
    (tmp_path / "texts.json").write_text(json.dumps(TEXTS), encoding="utf-8")
    script = Path(__file__).with_name("encode.mjs")
    run = subprocess.run(
        ["node", script, folder, tmp_path / "texts.json", *paths], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    model = load_checkpoint(small[1], round_weights=False).model
    transform = image_transform(found["info"]["imageSize"])
    with torch.no_grad():
        # Alpha is dropped before the resize, as the tutorial opens pictures.
        pixels = torch.stack([transform(Image.open(path).convert("RGB")) for path in paths])
        images = unit(model.encode_image(pixels).numpy())
        texts = unit(model.encode_text(cn_clip.clip.tokenize(TEXTS)).numpy())
    for what, expected in (("images", images), ("texts", texts)):
        cosines = (expected * unit(np.array(found[what]))).sum(-1)
        assert cosines.shape == (len(expected),)
        assert cosines.min() >= 0.99999, f"{what}: {cosines}"
        # Different inputs have different vectors; otherwise the line above would prove nothing.
        assert (expected @ expected.T - 2 * np.eye(len(expected))).max() < 0.999
