"""Runs the steps of the tutorial with Wentu and compares them with cn_clip, on a made-up set like Flickr30k-CN.

    ~/export-venv/bin/python tools/tutorial-check/check.py --architecture RN50 --images 1000

Makes pictures and captions, extracts their features with cn_clip on torch, exports the same weights, extracts the
features with `wentu features`, and loads them with `loadCollection`. Compares `searchImages` with an exact search, the
probabilities of `wentu rank` with `get_similarity` and softmax, and `wentu knn` and `wentu evaluate` with cn_clip's
scripts, in both directions. The weights are random with a fixed seed. Needs the environment of
tools/export-chinese-clip and a built workspace (`npm run build`).
"""

import argparse
import base64
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from cn_clip import clip
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[2]
EXPORT = ROOT / "tools" / "export-chinese-clip"
sys.path[:0] = [str(EXPORT), str(EXPORT / "tests")]

from exporter.checkpoint import load_checkpoint  # noqa: E402
from exporter.run import ExportOptions, export  # noqa: E402
from exporter.verify import unit  # noqa: E402
from random_checkpoint import SMALL, OFFICIAL, write_checkpoint  # noqa: E402

CAPTIONS_A_PICTURE = 5
# Above 2^31, like the ids of Flickr, and some above 2^53, which a double would corrupt.
FIRST_ID, STEP = 9_007_199_254_740_000, 37
MIN_COSINE, MAX_DISTANCE_ERROR, MAX_PROBABILITY_ERROR = 0.99999, 1e-5, 1e-4
POKEMON = ["杰尼龟", "妙蛙种子", "小火龙", "皮卡丘"]
# The share of neighbour lists in which single precision may swap two ids.
MAX_ROUNDED = 0.01
TOP_K = 10
DIRECTIONS = {"text-to-image": ("text_id", "image_ids", ""), "image-to-text": ("image_id", "text_ids", "_tr")}
# cn_clip's script requires a GPU.
WITHOUT_GPU = "import runpy, sys, torch; torch.Tensor.cuda = lambda self: self; sys.argv = sys.argv[1:]; runpy.run_module(sys.argv[0], run_name='__main__')"
WHO = ["一个小女孩", "两只狗", "一位老人", "三个孩子", "一只猫", "几个工人", "一辆红色的汽车", "一对情侣"]
WHERE = ["在海边", "在草地上", "在街道旁", "在雪山前", "在厨房里", "在球场上", "在桥上", "在树下"]
WHAT = ["奔跑", "看日落", "吃西瓜", "弹吉他", "拍照", "睡觉", "等人", "大声地笑"]


@dataclass(frozen=True)
class Dataset:
    folder: Path
    ids: list[int]
    images: list[Image.Image]
    captions: list[str]

    @property
    def texts_file(self) -> Path:
        return self.folder / "valid_texts.jsonl"


@dataclass(frozen=True)
class Result:
    image_cosine: float
    text_cosine: float
    searches: int
    distance_error: float
    wrong_answers: int
    probability_error: float
    predictions: int
    wrong_predictions: int
    # Predictions of cn_clip's own script from the same features, in single precision, in another order.
    otherwise_in_cn_clip: int
    scores_differ: bool

    @property
    def holds(self) -> bool:
        cosines = min(self.image_cosine, self.text_cosine)
        right = self.wrong_answers == 0 and self.probability_error <= MAX_PROBABILITY_ERROR
        right = right and self.wrong_predictions == 0 and not self.scores_differ
        right = right and self.otherwise_in_cn_clip <= MAX_ROUNDED * self.predictions
        return cosines >= MIN_COSINE and right and self.distance_error <= MAX_DISTANCE_ERROR


def picture(rng: np.random.Generator) -> Image.Image:
    """A background with a few shapes; no two have the same size, colour and place."""
    width, height = (int(n) for n in rng.integers(120, 501, 2))
    coarse = rng.integers(0, 256, (3, 4, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 6))):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        size, colour = int(rng.integers(10, 150)), tuple(int(n) for n in rng.integers(0, 256, 3))
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape([x, y, x + size, y + size], fill=colour)
    return image


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def stored(image: Image.Image, number: int) -> bytes:
    """Mostly a JPEG. Some are rotated by EXIF or transparent, which the reference ignores."""
    buffer = io.BytesIO()
    if number % 10 == 7:
        image.putalpha(image.convert("L"))
        image.save(buffer, "PNG")
    else:
        exif = Image.Exif()
        if number % 10 == 3:
            exif[0x0112] = 6
        image.save(buffer, "JPEG", quality=90, exif=exif)
    return buffer.getvalue()


def make_dataset(folder: Path, count: int, seed: int) -> Dataset:
    """`valid_imgs.tsv` and `valid_texts.jsonl` in the format of Flickr30k-CN."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    ids, images, captions = [FIRST_ID + i * STEP for i in range(count)], [], []
    with (folder / "valid_imgs.tsv").open("w") as tsv, (folder / "valid_texts.jsonl").open("w", encoding="utf-8") as texts:
        for image_id in ids:
            buffer = io.BytesIO(stored(picture(rng), len(images)))
            tsv.write(f"{image_id}\t{base64.b64encode(buffer.getvalue()).decode()}\n")
            images.append(Image.open(buffer).convert("RGB"))
            for _ in range(CAPTIONS_A_PICTURE):
                text = "".join(str(rng.choice(part)) for part in (WHO, WHERE, WHAT)) + f"，第{len(captions)}句"
                line = {"text_id": len(captions), "text": text, "image_ids": [image_id]}
                texts.write(json.dumps(line, ensure_ascii=False) + "\n")
                captions.append(text)
    return Dataset(folder, ids, images, captions)


def reference_features(checkpoint: Path, data: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """The features of cn_clip: unit vectors `[images, d]` and `[texts, d]`."""
    model = load_checkpoint(checkpoint, round_weights=False).model
    transform = clip.image_transform(model.visual.input_resolution)
    images, texts = [], []
    with torch.no_grad():
        for start in range(0, len(data.images), 32):
            batch = torch.stack([transform(image) for image in data.images[start : start + 32]])
            images.append(model.encode_image(batch).numpy())
        for start in range(0, len(data.captions), 64):
            texts.append(model.encode_text(clip.tokenize(data.captions[start : start + 64])).numpy())
    return unit(np.concatenate(images)), unit(np.concatenate(texts))


def reference_probabilities(checkpoint: Path, image: Image.Image) -> np.ndarray:
    """The zero-shot probabilities of the tutorial, `[texts]`."""
    model = load_checkpoint(checkpoint, round_weights=False).model
    pixels = clip.image_transform(model.visual.input_resolution)(image).unsqueeze(0)
    with torch.no_grad():
        logits_per_image, _ = model.get_similarity(pixels, clip.tokenize(POKEMON))
    return logits_per_image.softmax(-1)[0].numpy()


def wentu(model: Path, data_dir: Path, *arguments: object) -> str:
    environment = os.environ | {"WENTU_MODEL": str(model), "WENTU_DATA_DIR": str(data_dir)}
    command = ["node", str(ROOT / "apps" / "cli" / "bin" / "wentu.js"), *map(str, arguments)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"wentu {arguments[0]} ended with {run.returncode}: {run.stderr[-2000:]}")
    return run.stdout


def read_features(path: Path, key: str, ids: list[int]) -> np.ndarray:
    rows = {}
    with path.open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            rows[line[key]] = line["feature"]
    return np.array([rows[i] for i in ids], dtype=np.float32)


def run_cn_clip(module: str, *arguments: object) -> None:
    command = [sys.executable, "-c", WITHOUT_GPU, f"cn_clip.eval.{module}", *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"cn_clip's {module} ended with {run.returncode}: {run.stderr[-2000:]}")


def read_predictions(path: Path, query: str, answers: str) -> dict[int, list[int]]:
    with path.open(encoding="utf-8") as lines:
        return {line[query]: line[answers] for line in map(json.loads, lines)}


def check_predictions(model: Path, work: Path, data: Dataset, output: Path, images: np.ndarray, texts: np.ndarray) -> dict:
    """`wentu knn` against numpy and cn_clip's script, `wentu evaluate` against cn_clip's, both ways."""
    text_ids = list(range(len(data.captions)))
    files = [output / "valid_imgs.img_feat.jsonl", output / "valid_texts.txt_feat.jsonl"]
    feats = ["--image-feats", files[0], "--text-feats", files[1], "--top-k", TOP_K]
    run_cn_clip("transform_ir_annotation_to_tr", "--input", data.texts_file)
    judged = {"text-to-image": data.texts_file, "image-to-text": data.folder / "valid_texts.tr.jsonl"}
    count, wrong, otherwise, differ = 0, 0, 0, False
    for direction, (query, answers, suffix) in DIRECTIONS.items():
        ours, theirs = work / f"predictions{suffix}.jsonl", work / f"cn_clip_predictions{suffix}.jsonl"
        wentu(model, work / "none", "knn", *feats, "--direction", direction, "--output", ours)
        batch = ["--eval-batch-size", 128]
        run_cn_clip(f"make_topk_predictions{suffix}", *feats, *batch, "--output", theirs)
        queries, rows = (texts, images) if direction == "text-to-image" else (images, texts)
        ids = (text_ids, data.ids) if direction == "text-to-image" else (data.ids, text_ids)
        nearest = np.argsort(-(queries.astype(np.float64) @ rows.T.astype(np.float64)), axis=1, kind="stable")[:, :TOP_K]
        found, reference = read_predictions(ours, query, answers), read_predictions(theirs, query, answers)
        for i, query_id in enumerate(ids[0]):
            wrong += found[query_id] != [ids[1][j] for j in nearest[i]]
            otherwise += found[query_id] != reference[query_id]
        count += len(ids[0])
        scores = work / f"scores{suffix}.json"
        wentu(model, work / "none", "evaluate", "--texts", data.texts_file, "--predictions", ours, "--output", scores)
        run_cn_clip(f"evaluation{suffix}", judged[direction], ours, work / "cn_clip_scores.json")
        # Equal to the last digit.
        differ |= json.loads(scores.read_text()) != json.loads((work / "cn_clip_scores.json").read_text())
    return {
        "predictions": count,
        "wrong_predictions": wrong,
        "otherwise_in_cn_clip": otherwise,
        "scores_differ": differ,
    }


class Server:
    """The server of Wentu, as `npm start` runs it."""

    def __init__(self, model: Path, data_dir: Path, roots: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        settings = {
            "PORT": self.url.rsplit(":", 1)[1],
            "WENTU_MODEL": str(model),
            "WENTU_DATA_DIR": str(data_dir),
            "WENTU_LOAD_ROOTS": str(roots),
            "WENTU_SAMPLES": "off",
            "WENTU_LOG_LEVEL": "warn",
        }
        main = ROOT / "apps" / "api" / "dist" / "main.js"
        self.process = subprocess.Popen(["node", str(main)], env=os.environ | settings, stdout=subprocess.DEVNULL)

    def __enter__(self) -> "Server":
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):
                    return self
            except OSError:
                time.sleep(0.2)
            if self.process.poll() is not None:
                break
        self.process.kill()
        raise RuntimeError("the server did not become ready; its log is above")

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def graphql(self, query: str, variables: dict) -> dict:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=600) as response:
            answer = json.load(response)
        if answer.get("errors"):
            raise RuntimeError(answer["errors"][0]["message"])
        return answer["data"]


def check(architecture: str, count: int, work: Path, say) -> Result:
    checkpoint, model, output = work / "checkpoint.pt", work / "model", work / "features"
    data = make_dataset(work / "Flickr30k-CN", count, seed=7)
    write_checkpoint(checkpoint, architecture, seed=1)
    export(ExportOptions(checkpoint, model, "fp32", architecture.lower()), say)
    expected_images, expected_texts = reference_features(checkpoint, data)

    wentu(model, work / "none", "features", "--images", data.folder, "--texts", data.texts_file, "--output", output)
    images = read_features(output / "valid_imgs.img_feat.jsonl", "image_id", data.ids)
    texts = read_features(output / "valid_texts.txt_feat.jsonl", "text_id", list(range(len(data.captions))))
    for file in output.glob("valid_imgs.img_feat.json*"):
        (data.folder / file.name).write_bytes(file.read_bytes())

    (work / "pokemon.png").write_bytes(png(data.images[0]))
    ranked = json.loads(wentu(model, work / "none", "rank", work / "pokemon.png", *POKEMON, "--json"))
    probabilities = np.array([row["probability"] for row in ranked])

    wrong, worst = 0, 0.0
    searches = data.captions[:: max(1, len(data.captions) // 200)]
    with Server(model, work / "data", work) as server:
        loaded = server.graphql(
            "mutation ($d: String!) { loadCollection(directory: $d, wait: true) { status loaded failed } }",
            {"d": str(data.folder)},
        )["loadCollection"]
        if loaded != {"status": "SUCCEEDED", "loaded": count, "failed": 0}:
            raise RuntimeError(f"the features were not loaded correctly: {loaded}")
        for text in searches:
            hits = server.graphql(
                "query ($t: String!, $k: Int!) { searchImages(text: $t, topK: $k) { distance image { imageId } } }",
                {"t": text, "k": TOP_K},
            )["searchImages"]
            query = texts[data.captions.index(text)].astype(np.float64)
            distances = ((images - query) ** 2).sum(1)
            nearest = np.argsort(distances, kind="stable")[:TOP_K]
            found = [hit["distance"] for hit in hits]
            wrong += [hit["image"]["imageId"] for hit in hits] != [str(data.ids[i]) for i in nearest]
            worst = max(worst, float(np.abs(np.array(found) - distances[nearest]).max()))
    return Result(
        image_cosine=float((images * expected_images).sum(1).min()),
        text_cosine=float((texts * expected_texts).sum(1).min()),
        searches=len(searches),
        distance_error=worst,
        wrong_answers=wrong,
        **check_predictions(model, work, data, output, images, texts),
        probability_error=float(np.abs(probabilities - reference_probabilities(checkpoint, data.images[0])).max()),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--architecture", choices=[*OFFICIAL, *SMALL], default="RN50")
    parser.add_argument("--images", type=int, default=1_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        started = time.monotonic()
        result = check(given.architecture, given.images, Path(work), print)
    print(f"{result}, {time.monotonic() - started:.0f} s")
    print("as cn_clip" if result.holds else "NOT as cn_clip")
    return 0 if result.holds else 1


if __name__ == "__main__":
    sys.exit(main())
