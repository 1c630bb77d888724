import json

import pytest
import torch
from exporter.checkpoint import load_checkpoint
from exporter.errors import ExportError
from exporter.run import ExportOptions, export
from exporter.verify import unit
from transformers import ChineseCLIPConfig, ChineseCLIPModel


@pytest.fixture(scope="module")
def reference():
    """A small ChineseCLIPModel; 4 heads of 32 tell whether the numbers of heads are read."""
    torch.manual_seed(3)
    sizes = {"hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 256}
    config = ChineseCLIPConfig(
        text_config={**sizes, "vocab_size": 21128, "max_position_embeddings": 64},
        vision_config={**sizes, "intermediate_size": 512, "image_size": 64, "patch_size": 16},
        projection_dim=64,
    )
    model = ChineseCLIPModel(config).eval()
    with torch.no_grad():
        for key, value in model.named_parameters():
            if value.dim() == 2 and "embeddings" not in key:
                value.normal_(0, value.shape[1] ** -0.5)
            elif key.endswith("bias"):
                value.normal_(0, 0.1)
    return model


@pytest.fixture(params=["model.safetensors", "pytorch_model.bin"])
def folder(reference, request, tmp_path):
    path = tmp_path / "transformers"
    reference.save_pretrained(path, safe_serialization=request.param == "model.safetensors")
    assert (path / request.param).exists()
    return path


def test_its_weights_in_the_model_of_cn_clip_give_the_same_features(reference, folder):
    model = load_checkpoint(folder, round_weights=False).model
    pixels = torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    ids = torch.tensor([[101, 2207, 4318, 102, 0, 0], [101, 671, 1372, 4635, 5682, 102]])
    with torch.no_grad():
        pairs = [
            (model.encode_image(pixels), reference.get_image_features(pixel_values=pixels)),
            # Its get_text_features needs the pooler, which the published models do not have.
            (
                model.encode_text(ids),
                reference.text_projection(
                    reference.text_model(input_ids=ids, attention_mask=ids.ne(0).long()).last_hidden_state[:, 0]
                ),
            ),
        ]
    for found, expected in pairs:
        found, expected = unit(found.numpy()), unit(expected.numpy())
        assert (found * expected).sum(-1).min() > 0.999999
        assert (expected[0] * expected[1]).sum() < 0.999


def test_it_is_exported(folder, tmp_path):
    said = []
    export(ExportOptions(folder, tmp_path / "model", "fp32", "from-transformers"), said.append)
    manifest = json.loads((tmp_path / "model/wentu-model.json").read_text(encoding="utf-8"))
    assert (manifest["name"], manifest["dimension"], manifest["image"]["size"]) == ("from-transformers", 64, 64)


def test_a_folder_that_computes_something_else_is_refused(folder, tmp_path):
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))

    def refused(changed, message):
        path.write_text(json.dumps(changed), encoding="utf-8")
        with pytest.raises(ExportError, match=message):
            export(ExportOptions(folder, tmp_path / "model", "fp32", "x"))

    refused(config | {"model_type": "clip"}, "model_type 'clip'; only chinese_clip")
    refused(config | {"vision_config": config["vision_config"] | {"hidden_act": "gelu"}}, "vision_config.hidden_act")
    refused([], "is no description of a model")
    refused(config | {"vision_config": 1}, "is no description of a model")
    refused(config | {"vision_config": config["vision_config"] | {"num_attention_heads": 0}}, "num_attention_heads is 0")
    for weights in [*folder.glob("*.safetensors"), *folder.glob("*.bin")]:
        weights.write_bytes(weights.read_bytes()[:100])
    refused(config, "cannot be read.*get it again")
