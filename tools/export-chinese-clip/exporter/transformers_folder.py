"""Reads a folder of the transformers library (`ChineseCLIPModel`) into cn_clip's names, without that library."""

import json
import re
from pathlib import Path

import torch
from safetensors.torch import load_file

from .errors import ExportError, first_line

# The settings of cn_clip's code; a folder with other settings would give other features.
EXPECTED = {
    ("text_config", "hidden_act"): ("gelu", "gelu"),
    ("text_config", "layer_norm_eps"): (1e-12, 1e-12),
    ("vision_config", "hidden_act"): ("quick_gelu", "quick_gelu"),
    ("vision_config", "layer_norm_eps"): (1e-5, 1e-5),
}
PARTS = ("text_config", "vision_config")
VISION = [
    (r"embeddings\.class_embedding", "class_embedding"),
    (r"embeddings\.patch_embedding\.weight", "conv1.weight"),
    (r"embeddings\.position_embedding\.weight", "positional_embedding"),
    (r"pre_layrnorm\.", "ln_pre."),
    (r"post_layernorm\.", "ln_post."),
    (r"encoder\.layers\.(\d+)\.layer_norm([12])\.", r"transformer.resblocks.\1.ln_\2."),
    (r"encoder\.layers\.(\d+)\.mlp\.fc1\.", r"transformer.resblocks.\1.mlp.c_fc."),
    (r"encoder\.layers\.(\d+)\.mlp\.fc2\.", r"transformer.resblocks.\1.mlp.c_proj."),
    (r"encoder\.layers\.(\d+)\.self_attn\.out_proj\.", r"transformer.resblocks.\1.attn.out_proj."),
]


def read_transformers_folder(folder: Path) -> tuple[dict, dict]:
    """The state dict in cn_clip's names, and the numbers of heads."""
    config = _read_config(folder)
    state = to_cn_clip(_read_weights(folder))
    vision, text = config["vision_config"], config["text_config"]
    width, heads = vision.get("hidden_size", 768), vision.get("num_attention_heads", 12)
    text_heads = text.get("num_attention_heads", 12)
    for key, value in (("hidden_size", width), ("num_attention_heads", heads), ("num_attention_heads", text_heads)):
        if not isinstance(value, int) or value < 1:
            raise ExportError(f"{folder / 'config.json'}: {key} is {value!r}; it should be a whole number")
    return state, {"vision_head_width": width // heads, "text_num_attention_heads": text_heads}


def to_cn_clip(state: dict) -> dict:
    """Keeps an unknown name, so that the loader reports it."""
    result, attention = {}, {}
    for key, value in state.items():
        if key.endswith("position_ids") or key.startswith("text_model.pooler."):
            continue
        if key == "text_projection.weight":
            result["text_projection"] = value.T.contiguous()
        elif key == "visual_projection.weight":
            result["visual.proj"] = value.T.contiguous()
        elif key.startswith("text_model."):
            result["bert." + key.removeprefix("text_model.")] = value
        elif m := re.fullmatch(r"vision_model\.encoder\.layers\.(\d+)\.self_attn\.([qkv])_proj\.(weight|bias)", key):
            attention.setdefault((m[1], m[3]), {})[m[2]] = value
        elif key.startswith("vision_model."):
            result["visual." + _vision_name(key.removeprefix("vision_model."))] = value
        else:
            result[key] = value
    for (layer, kind), parts in attention.items():
        if len(parts) != 3:
            raise ExportError(f"vision layer {layer} lacks a {kind} of q_proj, k_proj or v_proj")
        name = f"visual.transformer.resblocks.{layer}.attn.in_proj_{kind}"
        result[name] = torch.cat([parts["q"], parts["k"], parts["v"]])
    return result


def _vision_name(name: str) -> str:
    for pattern, replacement in VISION:
        if re.match(pattern, name):
            return re.sub("^" + pattern, replacement, name)
    return name


def _read_config(folder: Path) -> dict:
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExportError(f"{path} cannot be read: {error}; give a folder with config.json and weights") from error
    if not isinstance(config, dict) or not all(isinstance(config.get(part, {}), dict) for part in PARTS):
        raise ExportError(f"{path} is no description of a model; get it again")
    if config.get("model_type") != "chinese_clip":
        raise ExportError(f"{path} has model_type {config.get('model_type')!r}; only chinese_clip can be exported")
    for part in PARTS:
        config.setdefault(part, {})
    for (part, key), (expected, default) in EXPECTED.items():
        found = config[part].get(key, default)
        if found != expected:
            raise ExportError(f"{path}: {part}.{key} is {found!r}; Chinese-CLIP has {expected!r}")
    return config


def _read_weights(folder: Path) -> dict:
    tensors = sorted(folder.glob("model*.safetensors"))
    pickles = sorted(folder.glob("pytorch_model*.bin"))
    if not tensors and not pickles:
        raise ExportError(f"{folder} has neither model.safetensors nor pytorch_model.bin")
    state = {}
    for path in tensors or pickles:
        try:
            state |= load_file(path) if tensors else torch.load(path, map_location="cpu", weights_only=True)
        except Exception as error:
            raise ExportError(f"{path} cannot be read: {first_line(error)}; get it again") from error
    return state
