"""Makes the data of the benchmark, all of it seeded: python make_data.py WORK

- `checkpoint.pt`: RN50 and RBT3 at full size, with random weights
- `encode-64`, `encode-256`, `real-1000`: pictures of 500 x 375, about 33 KiB each; cn_clip extracts the features of
  `real-1000`
- `knn`: features of 5,000 texts; the 1,000 images are those of `real-1000`
- with --small, instead: `small-3000` and `small-30000`, pictures of 64 x 48 that repeat after 250, with the features of
  those 250 and a little noise, so that no two are the same
"""

import argparse
import base64
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "export-chinese-clip" / "tests")]
from random_checkpoint import write_checkpoint  # noqa: E402

FIRST_ID = 1_000_092_795
DISTINCT_SMALL = 250
SPLIT = "valid"


def jpeg(rng: np.random.Generator, width: int, height: int) -> bytes:
    """Soft colours with grain; the grain gives the file the size of a photo."""
    soft = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    grain = rng.normal(0, 4, (height, width, 1)).astype(np.int16)
    buffer = io.BytesIO()
    Image.fromarray((np.asarray(soft) + grain).clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def write_pictures(folder: Path, count: int, size: tuple[int, int], distinct: int) -> None:
    rng = np.random.default_rng(7)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    pictures = [base64.b64encode(jpeg(rng, *size)).decode() for _ in range(distinct)]
    with (folder / f"{SPLIT}_imgs.tsv").open("w") as tsv:
        for i in range(count):
            tsv.write(f"{FIRST_ID + i}\t{pictures[i % distinct]}\n")
    # build_lmdb_dataset.py requires texts.
    text = {"text_id": 0, "text": "一只猫", "image_ids": [FIRST_ID]}
    (folder / f"{SPLIT}_texts.jsonl").write_text(json.dumps(text, ensure_ascii=False) + "\n", encoding="utf-8")


def make_lmdb(folder: Path) -> None:
    run("cn_clip.preprocess.build_lmdb_dataset", "--data_dir", folder, "--splits", SPLIT, "--lmdb_dir", folder / "lmdb")


def extract(checkpoint: Path, folder: Path) -> Path:
    output = folder / f"{SPLIT}_imgs.img_feat.jsonl"
    run(
        *("cn_clip.eval.extract_features", "--extract-image-feats", "--image-data", folder / "lmdb" / SPLIT / "imgs"),
        *("--image-feat-output-path", output, "--resume", checkpoint, "--precision", "fp32"),
        *("--vision-model", "RN50", "--text-model", "RBT3-chinese"),
    )
    return output


def run(module: str, *arguments: object) -> None:
    subprocess.run([sys.executable, HERE / "cn_clip_on_cpu.py", module, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def write_features(path: Path, key: str, first_id: int, features: np.ndarray) -> None:
    """Writes features in the format of extract_features.py."""
    features = (features / np.linalg.norm(features, axis=1, keepdims=True)).astype(np.float32)
    with path.open("w") as lines:
        for i, feature in enumerate(features):
            lines.write(json.dumps({key: first_id + i, "feature": feature.tolist()}) + "\n")


def make_base(work: Path) -> None:
    checkpoint = work / "checkpoint.pt"
    write_checkpoint(checkpoint, "RN50", seed=1)
    # The official files have a step that extract_features.py only prints.
    torch.save(torch.load(checkpoint) | {"step": 1}, checkpoint)
    for name, count in (("encode-64", 64), ("encode-256", 256), ("real-1000", 1_000)):
        write_pictures(work / name, count, (500, 375), count)
        make_lmdb(work / name)
    extract(checkpoint, work / "real-1000")
    (work / "knn").mkdir()
    texts = np.random.default_rng(11).standard_normal((5_000, 1_024))
    write_features(work / "knn" / "texts.jsonl", "text_id", 0, texts)


def make_small(work: Path) -> None:
    write_pictures(work / "small", DISTINCT_SMALL, (64, 48), DISTINCT_SMALL)
    make_lmdb(work / "small")
    with extract(work / "checkpoint.pt", work / "small").open() as lines:
        features = np.array([json.loads(line)["feature"] for line in lines], dtype=np.float32)
    rng = np.random.default_rng(13)
    for count in (3_000, 30_000):
        folder = work / f"small-{count}"
        write_pictures(folder, count, (64, 48), DISTINCT_SMALL)
        noise = rng.normal(0, 1e-3, (count, features.shape[1])).astype(np.float32)
        rows = features[np.arange(count) % DISTINCT_SMALL] + noise
        write_features(folder / f"{SPLIT}_imgs.img_feat.jsonl", "image_id", FIRST_ID, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the data of the benchmark.")
    parser.add_argument("work", type=Path)
    parser.add_argument("--small", action="store_true", help="the many small pictures instead of the rest")
    given = parser.parse_args()
    (make_small if given.small else make_base)(given.work)


if __name__ == "__main__":
    main()
