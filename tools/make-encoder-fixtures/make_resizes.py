"""Writes libs/picture/fixtures/resizes.json: SHA-256 of pictures that Pillow resized and cropped.

    pip install pillow==11.3.0 numpy && python tools/make-encoder-fixtures/make_resizes.py

The pictures are the noise of libs/picture/src/resample.test.ts. The longer side of a cropped picture is the one of
torchvision and transformers: floor(size * long / short). The crop starts at floor((side - size) / 2).
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image

SIZES = [
    (1, 1, 5), (500, 375, 224), (375, 500, 224), (225, 224, 224), (224, 227, 224), (224, 224, 224), (226, 224, 224),
    (333, 777, 31), (31, 30, 30), (1999, 61, 48), (7, 900, 32), (640, 480, 384), (100, 130, 256), (4000, 3, 16),
]
FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}
TARGET = Path(__file__).resolve().parents[2] / "libs/picture/fixtures/resizes.json"


def noise(width: int, height: int) -> Image.Image:
    state = width * 65_537 + height
    out = bytearray()
    for _ in range(width * height * 3):
        state = (state * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
        out.append(0 if state < 2**30 else 255 if state > 3 * 2**30 else state >> 24)
    return Image.fromarray(np.frombuffer(bytes(out), np.uint8).reshape(height, width, 3))


def resized(image: Image.Image, size: int, fit: str, method: Image.Resampling) -> Image.Image:
    if fit == "squash":
        return image.resize((size, size), method)
    short = min(image.size)
    whole = image.resize(tuple(int(size * side / short) for side in image.size), method)
    left, top = ((side - size) // 2 for side in whole.size)
    return whole.crop((left, top, left + size, top + size))


cases = []
for width, height, size in SIZES:
    image = noise(width, height)
    for fit in ("squash", "crop"):
        for name, method in FILTERS.items():
            digest = hashlib.sha256(resized(image, size, fit, method).tobytes()).hexdigest()
            cases.append({"width": width, "height": height, "size": size, "fit": fit, "filter": name, "sha256": digest})
TARGET.write_text("[\n" + ",\n".join(f"  {json.dumps(case)}" for case in cases) + "\n]\n")
