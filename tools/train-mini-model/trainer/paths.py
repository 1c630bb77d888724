"""The paths of the pipeline's files, and the vendors by their role."""

import json
from pathlib import Path

import numpy as np

TRAIN_VENDORS = ("noto", "twemoji", "noto-v1", "emojione", "fxemoji")
VALIDATION_VENDOR = "openmoji"
TEST_VENDOR = "fluent-emoji-flat"

DRAWING_SIZE = 144
TOOL = Path(__file__).resolve().parent.parent


class Work:
    """The working folder: everything that the pipeline downloads or computes is below it."""

    def __init__(self, root: str | Path):
        self.root = Path(root).resolve()
        self.data = self.root / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.modules = self.root / "npm" / "node_modules"
        self.debian = self.root / "deb"

    def concepts(self) -> list[dict]:
        return json.loads((self.data / "concepts.json").read_text("utf8"))

    def drawings(self, name: str) -> np.ndarray:
        """uint8 [n, 144, 144, 4], straight alpha."""
        flat = np.fromfile(self.data / f"{name}.rgba", np.uint8)
        return flat.reshape(-1, DRAWING_SIZE, DRAWING_SIZE, 4)

    def hexes(self, vendor: str) -> list[str]:
        """The concept of each drawing of a vendor."""
        return json.loads((self.data / f"{vendor}.json").read_text())

    def read(self, name: str):
        return json.loads((self.data / name).read_text("utf8"))

    def write(self, name: str, value) -> None:
        (self.data / name).write_text(json.dumps(value, ensure_ascii=False), "utf8")


def mirrorable(concept: dict) -> bool:
    """False when a mirrored picture means something else: symbols, left and right."""
    return concept["group"] != 8 and not any(c in concept["name"] for c in "左右顺逆")
