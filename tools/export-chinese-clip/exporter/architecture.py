"""Derives the architecture from the shapes of a state dict with cn_clip's names, so that the user need not name it."""

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path

import cn_clip.clip
from cn_clip.clip.model import CLIP

from .errors import ExportError

CONTEXT_LENGTH = 52
# cn_clip's own names: vision config, text config.
OFFICIAL = {
    "ViT-B-16": ("ViT-B-16", "RoBERTa-wwm-ext-base-chinese"),
    "ViT-L-14": ("ViT-L-14", "RoBERTa-wwm-ext-base-chinese"),
    "ViT-L-14-336": ("ViT-L-14-336", "RoBERTa-wwm-ext-base-chinese"),
    "ViT-H-14": ("ViT-H-14", "RoBERTa-wwm-ext-large-chinese"),
    "RN50": ("RN50", "RBT3-chinese"),
}
HEAD_WIDTH = 64


@dataclass(frozen=True)
class Architecture:
    """`config` holds the arguments of cn_clip's CLIP; `name` is an official one, or None."""

    name: str | None
    config: dict

    @property
    def image_size(self) -> int:
        return self.config["image_resolution"]

    @property
    def dimension(self) -> int:
        return self.config["embed_dim"]

    def build(self) -> CLIP:
        """In float32 and eval mode, with the random weights of the constructor."""
        return CLIP(**self.config).float().eval()


def official_config(name: str) -> dict:
    folder = Path(cn_clip.clip.__file__).parent / "model_configs"
    config = {}
    for part in OFFICIAL[name]:
        config |= json.loads((folder / f"{part}.json").read_text(encoding="utf-8"))
    if isinstance(config["vision_layers"], str):
        config["vision_layers"] = json.loads(config["vision_layers"])
    return config


def architecture_of(state: dict, heads: dict | None = None) -> Architecture:
    """`heads` gives `vision_head_width` and `text_num_attention_heads`, which shapes do not show; the default is 64
    per head, or the value of the official architecture."""
    try:
        found = _vision(state) | _text(state)
    except KeyError as error:
        raise ExportError(
            f"the checkpoint has no weight {error}; give an official clip_cn_*.pt or a ChineseCLIPModel folder"
        ) from error
    except (IndexError, ValueError) as error:
        raise ExportError(
            f"the checkpoint has weights of other shapes than a Chinese-CLIP ({error}); "
            "give an official clip_cn_*.pt or a ChineseCLIPModel folder"
        ) from error
    for name in OFFICIAL:
        config = official_config(name)
        if all(config[key] == value for key, value in found.items()) and _agrees(config, heads or {}):
            return Architecture(name, config)
    defaults = {
        "text_attention_probs_dropout_prob": 0.1,
        "text_hidden_act": "gelu",
        "text_hidden_dropout_prob": 0.1,
        "text_initializer_range": 0.02,
        "text_num_attention_heads": found["text_hidden_size"] // HEAD_WIDTH,
        "vision_head_width": HEAD_WIDTH,
    }
    return Architecture(None, defaults | found | (heads or {}))


def _agrees(config: dict, heads: dict) -> bool:
    return all(config.get(key, HEAD_WIDTH) == value for key, value in heads.items())


def _layers(state: dict, prefix: str) -> int:
    numbers = [int(m[1]) for key in state if (m := re.match(re.escape(prefix) + r"(\d+)\.", key))]
    if not numbers:
        raise KeyError(prefix + "0")
    return max(numbers) + 1


def _vision(state: dict) -> dict:
    if "visual.attnpool.positional_embedding" in state:
        cells = state["visual.attnpool.positional_embedding"].shape[0] - 1
        return {
            "embed_dim": state["text_projection"].shape[1],
            "image_resolution": math.isqrt(cells) * 32,
            "vision_layers": [_layers(state, f"visual.layer{n}.") for n in (1, 2, 3, 4)],
            "vision_width": state["visual.layer1.0.conv1.weight"].shape[0],
            "vision_patch_size": None,
        }
    width, _, patch, _ = state["visual.conv1.weight"].shape
    return {
        "embed_dim": state["text_projection"].shape[1],
        "image_resolution": math.isqrt(state["visual.positional_embedding"].shape[0] - 1) * patch,
        "vision_layers": _layers(state, "visual.transformer.resblocks."),
        "vision_width": width,
        "vision_patch_size": patch,
    }


def _text(state: dict) -> dict:
    vocabulary, hidden = state["bert.embeddings.word_embeddings.weight"].shape
    return {
        "vocab_size": vocabulary,
        "text_hidden_size": hidden,
        "text_intermediate_size": state["bert.encoder.layer.0.intermediate.dense.weight"].shape[0],
        "text_max_position_embeddings": state["bert.embeddings.position_embeddings.weight"].shape[0],
        "text_num_hidden_layers": _layers(state, "bert.encoder.layer."),
        "text_type_vocab_size": state["bert.embeddings.token_type_embeddings.weight"].shape[0],
    }
