"""Adds the free photographs of scikit-image to the samples.

    python make_sample_photos.py SAMPLES_FOLDER

scikit-image ships these pictures with its package. All are CC0 or in the public domain; samples/NOTICE
names the source of each.
"""

import sys
from pathlib import Path

import skimage
from PIL import Image

LONGEST_SIDE = 480
PHOTOS = {
    "astronaut.png": "photo-astronaut",
    "camera.png": "photo-cameraman",
    "chelsea.png": "photo-cat",
    "clock_motion.png": "photo-clock",
    "coffee.png": "photo-coffee",
    "coins.png": "photo-coins",
    "hubble_deep_field.jpg": "photo-galaxies",
    "rocket.jpg": "photo-rocket",
}


def main() -> None:
    folder = Path(sys.argv[1]) / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    data = Path(skimage.__file__).parent / "data"
    for source, name in PHOTOS.items():
        image = Image.open(data / source).convert("RGB")
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        image.save(folder / f"{name}.jpg", quality=82)
    print(f"{len(PHOTOS)} photographs")


if __name__ == "__main__":
    main()
