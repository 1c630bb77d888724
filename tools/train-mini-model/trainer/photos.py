"""Unlabelled photographs of Debian's opencv-doc: backgrounds, and what ImageNet's logits are kept on.

    python -m trainer.photos WORKDIR

Writes WORKDIR/data/photos.npy, uint8 [n, 3, 200, 200]. No caption or label of these is used.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from .paths import Work

SIDE = 200
SMALLEST_FILE = 12_000
# Screenshots, plots and printed patterns of the documentation, by parts of their names.
NO_PHOTO = (
    "cmake logo tutorial_theory histogram colorscale visual studio property plot equation view "
    "result0 screen pattern board table diagram theory fft axis toolwindow demo linux windows "
    "gvedit install crf scheme logo hist_ _hist text word char license mask thresh disparity"
).split()


def usable(path: Path) -> bool:
    """By file size and name."""
    name = path.name.lower()
    return path.stat().st_size >= SMALLEST_FILE and not any(part in name for part in NO_PHOTO)


def is_colourful(pixels: np.ndarray) -> bool:
    """Photographs have many colours; plots, screenshots and masks few."""
    coarse = (pixels // 16).reshape(-1, 3).astype(np.int32)
    return len(np.unique(coarse @ np.array([256, 16, 1]))) > 90


def square(image: Image.Image) -> np.ndarray:
    """The middle, scaled to SIDE × SIDE."""
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    box = (left, top, left + side, top + side)
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box))


def main() -> None:
    work = Work(sys.argv[1])
    rows, seen = [], set()
    for path in sorted((work.debian / "opencv-doc").rglob("*.jpg")):
        if path.name in seen or not usable(path):
            continue
        seen.add(path.name)
        try:
            image = Image.open(path).convert("RGB")
        except (UnidentifiedImageError, OSError):
            continue
        if min(image.size) < 100:
            continue
        pixels = square(image)
        if is_colourful(pixels):
            rows.append(pixels.transpose(2, 0, 1))
    np.save(work.data / "photos.npy", np.stack(rows))
    print(f"{len(rows)} photographs")


if __name__ == "__main__":
    main()
