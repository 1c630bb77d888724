"""Measures a model folder with ONNX Runtime alone.

    python evaluate.py MODEL_FOLDER --work WORKDIR [--vendor fluent-emoji-flat] [--samples FOLDER]
    python evaluate.py MODEL_FOLDER --pictures FOLDER 小狗 "一张海边的照片"

The first form prints recall at 1, 5 and 10 (percent); the second prints the five best pictures per query.
"""

import argparse
import json
import random
import re
from pathlib import Path

import numpy as np
from PIL import Image

from trainer.paths import TOOL, VALIDATION_VENDOR, Work
from trainer.texts import Tokenizer

# After trainer, which switches its telemetry off.
import onnxruntime as ort  # isort: skip

ENDINGS = {".png", ".jpg", ".jpeg", ".webp"}
COVER = 0.94
COLOURS_OF_A_PHOTO = 400


class Model:
    """The two ONNX files as wentu-model.json describes them."""

    def __init__(self, folder: Path):
        self.spec = json.loads((folder / "wentu-model.json").read_text("utf8"))
        options = ort.SessionOptions()
        for key, value in self.spec["sessionConfig"].items():
            options.add_session_config_entry(key, value)
        open_session = lambda part: ort.InferenceSession(folder / self.spec[part]["file"], options)
        self.image, self.text = open_session("image"), open_session("text")
        self.tokenize = Tokenizer(folder / self.spec["vocabulary"])
        self.size = self.spec["image"]["size"]

    def texts(self, texts):
        """Unit vectors [n, d]."""
        names, rows = self.spec["text"]["inputs"], []
        for text in texts:
            ids = np.array([self.tokenize(text)])
            feed = {names["ids"]: ids, names["attentionMask"]: np.ones_like(ids)}
            rows.append(self.text.run(None, feed)[0][0])
        return np.stack(rows)

    def pictures(self, images, batch=16):
        """Unit vectors [n, d] of Pillow images of any size and mode."""
        spec, rows = self.spec["image"], []
        mean, std = np.array(spec["mean"]), np.array(spec["std"])
        for start in range(0, len(images), batch):
            part = [np.asarray(self._fitted(image)) / 255 for image in images[start : start + batch]]
            tensor = ((np.stack(part) - mean) / std).transpose(0, 3, 1, 2).astype(np.float32)
            rows.append(self.image.run(None, {spec["input"]: tensor})[0])
        return np.concatenate(rows)

    def _fitted(self, image):
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        white.alpha_composite(rgba)
        return white.convert("RGB").resize((self.size, self.size), Image.Resampling.BICUBIC)


def with_border(pixels) -> Image.Image:
    """A drawing with the usual margin of pictures."""
    side = round(pixels.shape[0] / COVER)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(Image.fromarray(pixels, "RGBA"), ((side - pixels.shape[0]) // 2,) * 2)
    return square


def recalls(scores, relevant):
    """Percent of queries with a relevant picture among the first 1, 5 and 10."""
    best = np.where(relevant, scores, -9).max(1, keepdims=True)
    ranks = (scores > best).sum(1)
    return " / ".join(f"{100 * (ranks < k).mean():.1f}" for k in (1, 5, 10))


def everyday(model, vectors, keys, kind):
    """How many of the 20 queries have a right picture among the first five, and the missed queries."""
    queries = json.loads((TOOL / "data" / "everyday-queries.json").read_text("utf8"))
    missed = []
    for query, right in queries.items():
        first = np.argsort(-(vectors @ model.texts([query])[0]))[:5]
        if not any(keys[i] in right[kind] for i in first):
            missed.append(query)
    return f"{len(queries) - len(missed)} of {len(queries)}; missed: {' '.join(missed) or 'none'}"


def measure_vendor(model, work, vendor):
    """Recall by name, by a random keyword, and of the everyday queries."""
    concepts = {c["hex"]: c for c in work.concepts()}
    hexes = work.hexes(vendor)
    shown = [concepts[h] for h in hexes]
    vectors = model.pictures([with_border(pixels) for pixels in work.drawings(vendor)])
    by_name = model.texts([c["name"] for c in shown]) @ vectors.T
    print(f"{vendor}, {len(shown)} drawings by name: {recalls(by_name, np.eye(len(shown)) > 0)}")
    pick = random.Random(0)
    words = [pick.choice(c["keywords"] or [c["name"]]) for c in shown]
    bears = [[w in c["keywords"] or w == c["name"] for c in shown] for w in words]
    print(f"  by a random keyword: {recalls(model.texts(words) @ vectors.T, np.array(bears))}")
    print(f"  20 everyday queries in all: {everyday(model, vectors, hexes, 'hex')}")
    return vectors


def stamp_photos(work):
    """Photographs with Chinese captions: those of Debian's tuxpaint-stamps-default (test only)."""
    root = work.debian / "tuxpaint-stamps-default" / "usr" / "share" / "tuxpaint" / "stamps"
    for path in sorted(root.rglob("*.png")):
        text = path.with_suffix(".txt")
        if not text.exists() or "_mirror" in path.name or "_flip" in path.name:
            continue
        match = re.search(r"^zh_CN(?:\.utf8)?=(.+)$", text.read_text("utf8", "replace"), re.M)
        caption = re.sub(r"[。，,.!！\s]", "", match[1]) if match else ""
        image = Image.open(path).convert("RGBA")
        image.thumbnail((256, 256))
        pixels = np.asarray(image)
        solid = pixels[pixels[..., 3] > 200][:, :3] // 8
        if caption and len(solid) and len(np.unique(solid, axis=0)) > COLOURS_OF_A_PHOTO:
            yield caption, image


def measure_photos(model, work, drawings):
    """Recall of photographs alone and mixed with a vendor's drawings."""
    captions, images = zip(*stamp_photos(work))
    queries = sorted(set(captions))
    relevant = np.array([[caption == query for caption in captions] for query in queries])
    vectors, texts = model.pictures(images), model.texts(queries)
    print(f"{len(images)} photographs, {len(queries)} captions: {recalls(texts @ vectors.T, relevant)}")
    mixed = np.concatenate([vectors, drawings])
    padded = np.pad(relevant, ((0, 0), (0, len(drawings))))
    print(f"  mixed with {len(drawings)} drawings: {recalls(texts @ mixed.T, padded)}")


def pictures_in(folder):
    """(name without extension, image) of every picture below a folder."""
    files = sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in ENDINGS)
    return [p.stem for p in files], [Image.open(p) for p in files]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--work")
    parser.add_argument("--vendor", default=VALIDATION_VENDOR)
    parser.add_argument("--samples")
    parser.add_argument("--pictures")
    parser.add_argument("queries", nargs="*")
    options = parser.parse_args()
    model = Model(options.model)
    if options.pictures:
        names, images = pictures_in(options.pictures)
        vectors = model.pictures(images)
        for query in options.queries:
            scores = vectors @ model.texts([query])[0]
            best = np.argsort(-scores)[:5]
            print(query, "  ".join(f"{names[i]} {scores[i]:.2f}" for i in best))
    if options.samples:
        names, images = pictures_in(options.samples)
        found = everyday(model, model.pictures(images), names, "samples")
        print(f"20 everyday queries in {len(names)} samples: {found}")
    if options.work:
        work = Work(options.work)
        measure_photos(model, work, measure_vendor(model, work, options.vendor))


if __name__ == "__main__":
    main()
