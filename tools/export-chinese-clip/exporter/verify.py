"""Compares the graphs with cn_clip's own torch model on seeded random inputs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from cn_clip.clip.model import CLIP

from .architecture import CONTEXT_LENGTH
from .errors import ExportError

MIN_COSINE = {"fp32": 0.99999, "fp16": 0.999}
# How much the padding may change the features of a float32 row.
MAX_PADDING_DIFFERENCE = 1e-5
IMAGE_BATCHES = (1, 2, 3)
# (rows, longest row): rows of a batch have different lengths.
TEXT_BATCHES = ((1, 3), (1, 52), (2, 7), (5, 20), (8, 52))
CLS, SEP = 101, 102


@dataclass(frozen=True)
class Measured:
    image_cosine: float
    text_cosine: float
    # The largest difference of a component between the unit vectors of a padded and an unpadded text.
    padding_difference: float
    # The largest cosine between features of different inputs: near 1 the comparison would prove little.
    image_alike: float
    text_alike: float


def verify(model: CLIP, image_size: int, folder: Path, precision: str, seed: int = 0) -> Measured:
    """@raises ExportError when the graphs are not close enough to the model"""
    rng = np.random.default_rng(seed)
    image_cosine, images = _compare_images(model, image_size, folder / "image.onnx", rng)
    text_cosine, padding, texts = _compare_texts(model, folder / "text.onnx", rng)
    measured = Measured(image_cosine, text_cosine, padding, _most_alike(images), _most_alike(texts))
    limit = MIN_COSINE.get(precision)
    for tower, cosine in (("image.onnx", image_cosine), ("text.onnx", text_cosine)):
        # Written so that NaN fails.
        if limit is not None and not cosine >= limit:
            raise ExportError(f"{tower} ({precision}) has cosine {cosine:.7f} with torch; at least {limit} is wanted")
        if not np.isfinite(cosine):
            raise ExportError(f"{tower} ({precision}) gives values that are not finite")
    if precision == "fp32" and not padding <= MAX_PADDING_DIFFERENCE:
        raise ExportError(f"text.onnx: features move by {padding:.1e} with padding; {MAX_PADDING_DIFFERENCE} is the most")
    return measured


def _compare_images(model: CLIP, size: int, path: Path, rng: np.random.Generator) -> tuple[float, np.ndarray]:
    session = _open(path)
    cosines, seen = [], []
    for rows in IMAGE_BATCHES:
        # For a model, smooth pictures differ more than noise.
        coarse = rng.normal(0, 1.5, (rows, 3, 4, 4)).astype(np.float32)
        pixels = torch.nn.functional.interpolate(torch.from_numpy(coarse), (size, size), mode="bilinear")
        pixels = pixels + torch.from_numpy(rng.normal(0, 0.3, pixels.shape).astype(np.float32))
        with torch.no_grad():
            expected = unit(model.encode_image(pixels).numpy())
        found = unit(session.run(["image_features"], {"image": pixels.numpy()})[0])
        cosines.append((expected * found).sum(-1).min())
        seen.append(expected)
    return float(np.min(cosines)), np.concatenate(seen)


def _compare_texts(model: CLIP, path: Path, rng: np.random.Generator) -> tuple[float, float, np.ndarray]:
    session = _open(path)
    cosines, differences, seen = [], [], []
    for rows, longest in TEXT_BATCHES:
        padded = np.zeros((rows, CONTEXT_LENGTH), dtype=np.int64)
        for row, length in zip(padded, [longest, *rng.integers(min(4, longest), longest + 1, rows - 1)], strict=True):
            row[:length] = [CLS, *rng.integers(1, model.bert_config.vocab_size, length - 2), SEP]
        with torch.no_grad():
            expected = unit(model.encode_text(torch.from_numpy(padded)).numpy())
        runs = [session.run(["text_features"], {"input_ids": ids})[0] for ids in (padded, padded[:, :longest])]
        full, short = (unit(run) for run in runs)
        cosines += [(expected * found).sum(-1).min() for found in (full, short)]
        differences.append(np.abs(full - short).max())
        seen.append(expected)
    return float(np.min(cosines)), float(np.max(differences)), np.concatenate(seen)


def _open(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def unit(vectors: np.ndarray) -> np.ndarray:
    vectors = vectors.astype(np.float64)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _most_alike(vectors: np.ndarray) -> float:
    return float((vectors @ vectors.T - 2 * np.eye(len(vectors))).max())
