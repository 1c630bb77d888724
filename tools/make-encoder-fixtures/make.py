"""Makes libs/encoder/fixtures/preprocess: small pictures, and the results of Pillow's bicubic.

    python3 -m venv venv && venv/bin/pip install pillow==11.3.0 numpy==2.2.6
    venv/bin/python tools/make-encoder-fixtures/make.py

Beside each NAME.png or NAME.jpg there is a NAME.u8: SIZE x SIZE x 3 RGB bytes after convert('RGB') and
resize((SIZE, SIZE), BICUBIC), the order of the tutorial; alpha is dropped. All pictures are made here, by formula.
"""

from pathlib import Path

import numpy as np
from PIL import Image

SIZE = 48
FOLDER = Path(__file__).resolve().parents[2] / "libs/encoder/fixtures/preprocess"


def gradient(width: int, height: int) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 255 // max(width - 1, 1), y * 255 // max(height - 1, 1), (x * y) % 256], -1).astype(np.uint8)


def noise(width: int, height: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(width * 1000 + height).integers(0, 256, (height, width, channels), dtype=np.uint8)


def checker(width: int, height: int) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return np.repeat((((x // 3 + y // 2) % 2) * 255)[..., None], 3, -1).astype(np.uint8)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    palette = Image.fromarray(gradient(70, 40)).quantize(32)
    pictures = {
        "gradient-down.png": Image.fromarray(gradient(131, 97)),
        "gradient-up.png": Image.fromarray(gradient(17, 11)),
        "noise.png": Image.fromarray(noise(90, 61)),
        "noise-same-width.png": Image.fromarray(noise(SIZE, 77)),
        "checker-wide.png": Image.fromarray(checker(200, 9)),
        "one-pixel.png": Image.fromarray(noise(1, 1)),
        "alpha.png": Image.fromarray(noise(64, 50, 4), "RGBA"),
        "grey.png": Image.fromarray(noise(55, 66, 1)[..., 0], "L"),
        "palette.png": palette,
        "photo-like.jpg": Image.fromarray(gradient(120, 80)),
        "grey.jpg": Image.fromarray(gradient(75, 75)[..., 0], "L"),
    }
    for name, image in pictures.items():
        path = FOLDER / name
        image.save(path, **({"quality": 88} if name.endswith(".jpg") else {}))
        decoded = Image.open(path).convert("RGB")
        (path.with_suffix(path.suffix + ".u8")).write_bytes(decoded.resize((SIZE, SIZE), Image.BICUBIC).tobytes())
    # The reference saturates 16-bit grey to white; Wentu must keep the picture.
    ramp = (np.mgrid[0:40, 0:60][1] * 65535 // 59).astype(np.uint16)
    Image.fromarray(ramp).save(FOLDER / "grey-16-bit.png")


if __name__ == "__main__":
    main()
