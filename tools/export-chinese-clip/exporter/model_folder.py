"""Writes wentu-model.json in the format of libs/encoder/src/model.ts."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
from cn_clip.clip.model import CLIP

from .architecture import CONTEXT_LENGTH, Architecture
from .errors import ExportError

VOCABULARY = Path(__file__).resolve().parents[3] / "models/wentu-mini/vocab.txt"
VOCABULARY_SIZE = 21_128
MEAN = [0.48145466, 0.4578275, 0.40821073]
STD = [0.26862954, 0.26130258, 0.27577711]


def model_name(architecture: Architecture, name: str | None, precision: str) -> str:
    base = name or (architecture.name and f"cn-clip-{architecture.name.lower()}")
    if base is None:
        raise ExportError("this is none of the five official architectures; give it a name with --name")
    return base if precision == "fp32" else f"{base}-{precision}"


def space_id(model: CLIP, architecture: Architecture, name: str | None, precision: str) -> str:
    """Vectors of one space may be compared: fp32 and fp16 of the same weights share a space, int8 has its own."""
    base = model_name(architecture, name, "fp32")
    return f"{base}-{weights_hash(model)[:12]}" + ("-int8" if precision == "int8" else "")


def weights_hash(model: CLIP) -> str:
    """SHA-256 over name, shape and little-endian float32 of each weight that the towers use, by name."""
    digest = hashlib.sha256()
    for key, value in sorted(model.state_dict().items()):
        if key == "logit_scale" or key.endswith("num_batches_tracked"):
            continue
        digest.update(f"{key} {list(value.shape)}\n".encode())
        digest.update(np.ascontiguousarray(value.numpy(), dtype="<f4"))
    return digest.hexdigest()


def write_model_folder(folder: Path, model: CLIP, architecture: Architecture, name: str, space: str) -> None:
    """Adds vocab.txt and wentu-model.json to the graphs in `folder`."""
    if architecture.config["vocab_size"] != VOCABULARY_SIZE:
        raise ExportError(f"the text tower knows {architecture.config['vocab_size']} tokens instead of {VOCABULARY_SIZE}")
    shutil.copyfile(VOCABULARY, folder / "vocab.txt")
    title = architecture.name or name
    manifest = {
        "formatVersion": 1,
        "name": name,
        "space": space,
        "title": {"en": f"Chinese-CLIP {title}", "zh": f"中文 CLIP {title}"},
        "license": "MIT",
        "dimension": architecture.dimension,
        "logitScale": round(float(model.logit_scale), 6),
        "image": {
            "file": "image.onnx",
            "input": "image",
            "output": "image_features",
            "size": architecture.image_size,
            "mean": MEAN,
            "std": STD,
            "normalized": False,
        },
        "text": {
            "file": "text.onnx",
            "inputs": {"ids": "input_ids"},
            "output": "text_features",
            "contextLength": CONTEXT_LENGTH,
            "sequence": "dynamic",
            "normalized": False,
        },
        "vocabulary": "vocab.txt",
        "files": {path.name: describe(path) for path in sorted(folder.iterdir())},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / "wentu-model.json").write_text(text + "\n", encoding="utf-8")


def describe(path: Path) -> dict:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "sizeBytes": path.stat().st_size}
