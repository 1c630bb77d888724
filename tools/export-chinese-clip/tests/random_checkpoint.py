"""Writes a checkpoint of an official architecture with seeded random weights, in the official layout.

    python tools/export-chinese-clip/tests/random_checkpoint.py ViT-B-16 clip_cn_vit-b-16.pt --seed 1
"""

import argparse
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from exporter.architecture import OFFICIAL, Architecture, official_config  # noqa: E402

SMALL_TEXT = {
    "vocab_size": 21128,
    "text_attention_probs_dropout_prob": 0.1,
    "text_hidden_act": "gelu",
    "text_hidden_dropout_prob": 0.1,
    "text_hidden_size": 128,
    "text_initializer_range": 0.02,
    "text_intermediate_size": 256,
    "text_max_position_embeddings": 64,
    "text_num_attention_heads": 2,
    "text_num_hidden_layers": 2,
    "text_type_vocab_size": 2,
}
# The same architecture as the official models, but small enough for a test.
SMALL = {
    "small-vit": {"vision_layers": 2, "vision_width": 128, "vision_patch_size": 16} | SMALL_TEXT,
    "small-resnet": {"vision_layers": [1, 1, 1, 1], "vision_width": 16, "vision_patch_size": None} | SMALL_TEXT,
}


def architecture(name: str) -> Architecture:
    if name in SMALL:
        return Architecture(None, {"embed_dim": 64, "image_resolution": 64} | SMALL[name])
    return Architecture(name, official_config(name))


def random_state(name: str, seed: int) -> dict:
    """Weights like those of a trained model: no norm at its initial value, no zero bias, different features."""
    torch.manual_seed(seed)
    model = architecture(name).build()
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if not value.is_floating_point() or key == "logit_scale":
                continue
            if key.endswith(("running_mean", "running_var")):
                continue
            if ".bn" in key or ".downsample.1." in key or "ln_" in key or "LayerNorm" in key:
                # bn3 starts at 0, which would leave every residual branch without effect.
                value.uniform_(0.6, 1.4) if key.endswith("weight") else value.normal_(0, 0.1)
            elif key.endswith("bias"):
                value.normal_(0, 0.05)
            elif key.endswith("weight") and "embeddings" not in key:
                # The weights of the constructor are so small that all inputs would have nearly equal features.
                value.normal_(0, ((2 if value.dim() == 4 else 1) / value[0].numel()) ** 0.5)
        _settle_batch_norms(model)
    return model.state_dict()


def _settle_batch_norms(model: torch.nn.Module) -> None:
    """Sets the means and variances of the real activations, as after a training; else activations grow beyond float16."""
    norms = [module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    if not norms:
        return
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    size = model.visual.input_resolution
    model.visual.train()(torch.randn(4, 3, size, size))
    model.eval()


def write_checkpoint(path: Path, name: str, seed: int) -> None:
    state = random_state(name, seed)
    hidden = state["text_projection"].shape[0]
    # The official files contain a pooler that no tower uses.
    pooler = {"bert.pooler.dense.weight": torch.zeros(hidden, hidden), "bert.pooler.dense.bias": torch.zeros(hidden)}
    wrapped = {f"module.{key}": value for key, value in (state | pooler).items()}
    torch.save({"epoch": 1, "name": name, "state_dict": wrapped}, path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("architecture", choices=[*OFFICIAL, *SMALL])
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write_checkpoint(given.path, given.architecture, given.seed)
