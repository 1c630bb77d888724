"""Caches the outputs of the fine-tuned backbone for several views of every drawing.

    python -m trainer.features WORKDIR

Writes WORKDIR/data/features/NAME.npz: f [views, n, 1280], l [views, n, 1000] (float16) and, for
training vendors, c [views, n, 11], the shares of eleven named colours in each drawing.
"""

import sys
import time

import numpy as np
import torch

from . import augment as aug
from .backbone import Backbone
from .colours import named_shares, turn_hue
from .paths import TRAIN_VENDORS, VALIDATION_VENDOR, Work, mirrorable

SIZE = 160
BATCH = 64
VIEWS = ("clean", "small", "augmented", "augmented", "hue")
HUE_VIEW = VIEWS.index("hue")


class Extractor:
    """Runs the backbone over pictures."""

    def __init__(self, work: Work):
        state = torch.load(work.data / "backbone.pt")
        self.backbone = Backbone()
        self.backbone.load_state_dict(state["backbone"])
        self.backbone.eval().to(memory_format=torch.channels_last)

    @torch.no_grad()
    def __call__(self, pictures):
        features, logits = self.backbone(pictures.contiguous(memory_format=torch.channels_last))
        return features.half().numpy(), logits.half().numpy()

    def view(self, drawings, kind, mirror):
        """Features, logits and colour shares of one view of a batch of drawings."""
        if kind == "hue":
            drawings = turn_hue(drawings)
        if kind == "augmented":
            pictures = aug.augment(drawings, SIZE, mirror, torch.zeros(0))
        else:
            pictures = aug.clean(drawings, SIZE, 0.72 if kind == "small" else aug.COVER)
        return (*self(pictures), named_shares(drawings))


def extract_drawings(work, extractor, name, views, mirror):
    """Writes the features of one set of drawings."""
    drawings, began = torch.from_numpy(work.drawings(name)), time.time()
    parts = [
        extractor.view(drawings[i : i + BATCH], kind, mirror[i : i + BATCH])
        for kind in views
        for i in range(0, len(drawings), BATCH)
    ]
    stacked = (np.concatenate(p).reshape(len(views), len(drawings), -1) for p in zip(*parts))
    np.savez(work.data / "features" / f"{name}.npz", **dict(zip("flc", stacked)))
    print(f"{name}: {len(drawings)} drawings, {time.time() - began:.0f}s", flush=True)


def extract_photos(work, extractor):
    """Photographs, large crops and small parts of them, for the gate between the branches."""
    photos = torch.from_numpy(np.load(work.data / "photos.npy"))
    whole = torch.nn.functional.interpolate(photos.float() / 255, size=(SIZE, SIZE), mode="area")
    crops = aug.photo_crops(photos, 2 * len(photos), SIZE)
    textures = torch.from_numpy(np.load(work.data / "textures.npy")).float() / 255
    for name, pictures in (("photos", torch.cat([whole, crops])), ("textures", textures)):
        parts = [extractor(part) for part in aug.normalise(pictures).split(BATCH)]
        features, logits = (np.concatenate(p)[None] for p in zip(*parts))
        np.savez(work.data / "features" / f"{name}.npz", f=features, l=logits)


def main() -> None:
    torch.manual_seed(1)
    work = Work(sys.argv[1])
    (work.data / "features").mkdir(exist_ok=True)
    extractor = Extractor(work)
    concepts = {c["hex"]: c for c in work.concepts()}
    none = torch.zeros(len(work.hexes(VALIDATION_VENDOR)), dtype=torch.bool)
    extract_drawings(work, extractor, VALIDATION_VENDOR, ("clean",), none)
    extract_photos(work, extractor)
    for vendor in TRAIN_VENDORS:
        mirror = torch.tensor([mirrorable(concepts[h]) for h in work.hexes(vendor)])
        extract_drawings(work, extractor, vendor, VIEWS, mirror)


if __name__ == "__main__":
    main()
