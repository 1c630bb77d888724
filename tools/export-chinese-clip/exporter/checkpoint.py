"""Reads an official checkpoint or a transformers folder into cn_clip's model, in float32."""

from dataclasses import dataclass
from pathlib import Path

import torch
from cn_clip.clip.model import CLIP, convert_state_dict, convert_weights

from .architecture import Architecture, architecture_of
from .errors import ExportError, first_line
from .transformers_folder import read_transformers_folder


@dataclass(frozen=True)
class Checkpoint:
    architecture: Architecture
    model: CLIP
    # The type of the stored weights, and how many of them float16 would change.
    stored: str
    rounded: int


def load_checkpoint(source: Path, round_weights: bool) -> Checkpoint:
    """`round_weights` rounds them to float16 as cn_clip's load_from_name does; without it float32 stays float32."""
    if source.is_dir():
        state, heads = read_transformers_folder(source)
    elif source.is_file():
        state, heads = _read_official(source), None
    else:
        raise ExportError(f"{source} is neither a checkpoint nor a folder")
    architecture = architecture_of(state, heads)
    stored = " and ".join(sorted({str(value.dtype)[6:] for value in state.values() if value.is_floating_point()}))
    try:
        model = architecture.build()
    except Exception as error:
        raise ExportError(
            f"{source}: its weights have shapes that no Chinese-CLIP has ({first_line(error)}); is it a Chinese-CLIP model?"
        ) from error
    state = {key: value.float() if value.is_floating_point() else value for key, value in state.items()}
    parameters = [state[key] for key, _ in model.named_parameters() if key in state]
    rounded = sum(int((value.half().float() != value).sum()) for value in parameters)
    if round_weights:
        convert_weights(model)
    _load(model, state, source)
    model = model.float().eval().requires_grad_(False)
    bad = [key for key, value in model.state_dict().items() if not torch.isfinite(value).all()]
    if bad:
        raise ExportError(f"{source}: {bad[0]} is not finite; the checkpoint is broken, get it again")
    return Checkpoint(architecture, model, stored, rounded)


def _read_official(path: Path) -> dict:
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ExportError(f"{path} is no checkpoint that can be read: {first_line(error)}; get it again") from error
    state = loaded.get("state_dict") if isinstance(loaded, dict) else None
    if not isinstance(state, dict):
        raise ExportError(f"{path} has no state_dict; give an official clip_cn_*.pt or a ChineseCLIPModel folder")
    for key, value in state.items():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            raise ExportError(f"{path}: its state_dict has {key!r}, which is no weight; is it a Chinese-CLIP model?")
    state = {key.removeprefix("module."): value for key, value in state.items()}
    if any(".attn.Wqkv." in key for key in state):
        state = convert_state_dict(state)
    # The towers do not use it, and cn_clip's model does not have it.
    return {key: value for key, value in state.items() if "bert.pooler" not in key}


def _load(model: CLIP, state: dict, source: Path) -> None:
    # A buffer of ascending numbers that some checkpoints carry.
    state.pop("bert.embeddings.position_ids", None)
    wanted = model.state_dict()
    missing = [key for key in wanted if key not in state and not key.endswith("num_batches_tracked")]
    surplus = [key for key in state if key not in wanted]
    wrong = [key for key in wanted if key in state and state[key].shape != wanted[key].shape]
    for what, keys in (("lacks", missing), ("has the unknown", surplus), ("has another shape for", wrong)):
        if keys:
            raise ExportError(f"{source} {what} {', '.join(keys[:5])} ({len(keys)} in all); is it a Chinese-CLIP model?")
    model.load_state_dict(state, strict=False)
