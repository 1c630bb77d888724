"""Unlabelled photographs of Debian's opencv-doc: backgrounds, and data to preserve the ImageNet logits.

    python -m trainer.photos WORKDIR

Writes WORKDIR/data/photos.npy, uint8 [n, 3, 200, 200], and textures.npy, small parts of them: wall,
grass, fur, sky. No caption or label of these is used.
"""

import sys

import numpy as np
from PIL import Image

from .paths import TOOL, Work

SIDE = 200
TEXTURE_SIDE = 160
PARTS, PART = 12, 90  # The number of parts per photograph, and the side of a part.


def chosen_names() -> set[str]:
    """The files that data/photos.txt names; the other pictures of the documentation are not photographs."""
    lines = (TOOL / "data" / "photos.txt").read_text("utf8").splitlines()
    return {name for line in lines if not line.startswith("#") for name in line.split()}


def parts(image: Image.Image, numbers) -> list[np.ndarray]:
    """Small squares at random places, enlarged."""
    result = []
    for _ in range(PARTS):
        left, top = (int(numbers.integers(0, max(1, size - PART))) for size in image.size)
        box = (left, top, min(left + PART, image.width), min(top + PART, image.height))
        part = image.resize((TEXTURE_SIDE, TEXTURE_SIDE), Image.Resampling.BICUBIC, box=box)
        result.append(np.asarray(part).transpose(2, 0, 1))
    return result


def square(image: Image.Image) -> np.ndarray:
    """The middle, scaled to SIDE × SIDE."""
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    box = (left, top, left + side, top + side)
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box))


def main() -> None:
    work = Work(sys.argv[1])
    wanted, found, textures = chosen_names(), {}, []
    numbers = np.random.default_rng(0)
    for path in sorted((work.debian / "opencv-doc").rglob("*.jpg")):
        if path.stem in wanted and path.stem not in found:
            image = Image.open(path).convert("RGB")
            found[path.stem] = square(image).transpose(2, 0, 1)
            textures += parts(image, numbers)
    if len(found) < len(wanted):
        raise SystemExit(f"opencv-doc lacks photographs of data/photos.txt: {wanted - found.keys()}")
    np.save(work.data / "photos.npy", np.stack(list(found.values())))
    np.save(work.data / "textures.npy", np.stack(textures))
    print(f"{len(found)} photographs")


if __name__ == "__main__":
    main()
