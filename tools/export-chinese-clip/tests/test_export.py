import hashlib
import json
import re

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from exporter.architecture import OFFICIAL, architecture_of, official_config
from exporter.checkpoint import load_checkpoint
from exporter.errors import ExportError
from exporter.model_folder import VOCABULARY, weights_hash
from exporter.run import ExportOptions, export
from exporter.verify import unit
from random_checkpoint import architecture, write_checkpoint


def manifest_of(folder):
    return json.loads((folder / "wentu-model.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("precision", ["fp32", "fp16", "int8"])
def test_a_folder_describes_each_of_its_files(exported, precision):
    folder, _ = exported(precision)
    files = manifest_of(folder)["files"]
    assert {path.name for path in folder.iterdir()} == {*files, "wentu-model.json"}
    for name, expected in files.items():
        data = (folder / name).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (expected["sha256"], expected["sizeBytes"])


@pytest.mark.parametrize(("precision", "least"), [("fp32", 0.99999), ("fp16", 0.999), ("int8", 0.98)])
def test_what_was_measured_is_said_and_the_inputs_were_not_all_alike(exported, precision, least):
    _, said = exported(precision)
    image, text, image_alike, text_alike = map(
        float, re.search(r"image ([\d.]+), text ([\d.]+);.* image ([\d.]+), text ([\d.]+)", said).groups()
    )
    assert min(image, text) >= least
    assert image_alike < 0.999 and text_alike < 0.999


def test_fp16_is_half_as_big_and_int8_smaller_still(exported):
    sizes = {p: (exported(p)[0] / "text.onnx").stat().st_size for p in ("fp32", "fp16", "int8")}
    assert sizes["fp16"] < 0.52 * sizes["fp32"]
    assert sizes["int8"] < 0.3 * sizes["fp32"]


def test_int8_leaves_convolutions_alone(exported):
    operators = {node.op_type for node in onnx.load(exported("int8")[0] / "image.onnx").graph.node}
    assert "Conv" in operators and "MatMulInteger" in operators
    assert "ConvInteger" not in operators


def test_fp32_and_fp16_share_a_space_and_int8_has_its_own(exported):
    spaces = {p: manifest_of(exported(p)[0])["space"] for p in ("fp32", "fp16", "int8")}
    assert spaces["fp32"] == spaces["fp16"]
    assert spaces["int8"] == spaces["fp32"] + "-int8"
    assert len({manifest_of(exported(p)[0])["name"] for p in spaces}) == 3


def test_a_text_has_the_same_features_padded_unpadded_alone_and_in_a_batch(exported):
    session = onnxruntime.InferenceSession(exported("fp32")[0] / "text.onnx", providers=["CPUExecutionProvider"])
    rows = [[101, 2207, 4318, 102], [101, 671, 1372, 4635, 5682, 4638, 2207, 4318, 102]]
    padded = np.zeros((2, 52), dtype=np.int64)
    for y, row in enumerate(rows):
        padded[y, : len(row)] = row
    together = unit(session.run(None, {"input_ids": padded})[0])
    assert (together[0] * together[1]).sum() < 0.999
    for y, row in enumerate(rows):
        alone = unit(session.run(None, {"input_ids": np.array([row])})[0])[0]
        assert np.abs(alone - together[y]).max() < 1e-5


def test_the_vocabulary_is_that_of_the_reference():
    import cn_clip.clip

    assert VOCABULARY.read_bytes() == (VOCABULARY.parent.__class__(cn_clip.clip.__file__).parent / "vocab.txt").read_bytes()


def test_a_graph_that_differs_from_the_model_is_refused_and_leaves_nothing(small, tmp_path, monkeypatch):
    name, source = small
    import exporter.run

    def export_other(model, size, folder):
        other = architecture(name).build()
        other.load_state_dict(model.state_dict())
        with torch.no_grad():
            other.text_projection += 0.01 * torch.randn_like(other.text_projection)
        real(other, size, folder)

    real = exporter.run.export_towers
    monkeypatch.setattr(exporter.run, "export_towers", export_other)
    with pytest.raises(ExportError, match=r"text\.onnx \(fp32\) has cosine 0\.\d+ with torch; at least 0\.99999"):
        export(ExportOptions(source, tmp_path / "model", "fp32", name))
    assert list(tmp_path.iterdir()) == []


def test_float32_weights_stay_so_unless_the_rounding_of_load_from_name_is_asked_for(small):
    kept, rounded = (load_checkpoint(small[1], round_weights=choice) for choice in (False, True))
    stored = torch.load(small[1], weights_only=True)["state_dict"]["module.text_projection"]
    assert torch.equal(kept.model.text_projection, stored)
    assert torch.equal(rounded.model.text_projection, stored.half().float())
    assert not torch.equal(stored, stored.half().float())
    assert (kept.stored, kept.rounded > 1_000_000) == ("float32", True)
    assert weights_hash(kept.model) != weights_hash(rounded.model)


def test_a_checkpoint_stored_in_float16_gives_the_same_weights_either_way(small, tmp_path):
    loaded = torch.load(small[1], weights_only=True)
    loaded["state_dict"] = {k: v.half() if v.is_floating_point() else v for k, v in loaded["state_dict"].items()}
    torch.save(loaded, tmp_path / "half.pt")
    kept, rounded = (load_checkpoint(tmp_path / "half.pt", round_weights=choice) for choice in (False, True))
    assert (kept.stored, kept.rounded) == ("float16", 0)
    assert weights_hash(kept.model) == weights_hash(rounded.model)


@pytest.mark.parametrize("name", OFFICIAL)
def test_an_official_architecture_is_known_by_its_shapes(name):
    with torch.device("meta"):
        state = architecture(name).build().state_dict()
    found = architecture_of(state)
    assert (found.name, found.config) == (name, official_config(name))


def test_bad_input_is_refused_with_what_is_wrong(small, tmp_path):
    name, source = small
    broken = tmp_path / "broken.pt"

    def refused(message, path=broken, **options):
        with pytest.raises(ExportError, match=message):
            export(ExportOptions(path, tmp_path / "model", "fp32", **{"name": name, **options}))
        assert not (tmp_path / "model").exists()

    refused("neither a checkpoint nor a folder", tmp_path / "missing.pt")
    refused("config.json cannot be read", tmp_path)
    refused("give it a name with --name", source, name=None)
    refused("--name is 'a/b c'", source, name="a/b c")
    broken.write_bytes(b"")
    refused("no checkpoint that can be read.*get it again")
    broken.write_bytes(source.read_bytes()[:1000])
    refused("no checkpoint that can be read")
    torch.save({"weights": {}}, broken)
    refused("has no state_dict")
    whole = torch.load(source, weights_only=True)
    for change, message in (
        (lambda state: state.pop("module.bert.encoder.layer.1.output.dense.bias"), "lacks bert.encoder.layer.1.output"),
        (lambda state: state.pop("module.text_projection"), "has no weight 'text_projection'"),
        (lambda state: state.update({"module.extra": torch.zeros(1)}), "has the unknown extra"),
        (lambda state: state["module.visual.conv1.weight"].fill_(torch.nan), "conv1.weight is not finite"),
        (lambda state: state.update({"module.visual.conv1.weight": torch.zeros(3)}), "is it a Chinese-CLIP|give an official"),
        (lambda state: state.update({"module.text_projection": torch.zeros(3)}), "other shapes than a Chinese-CLIP"),
        (lambda state: state.update({"module.visual.conv1.weight": torch.zeros(7, 3, 0, 0)}), "is it a Chinese-CLIP|give an official"),
        (lambda state: state.update({1: torch.zeros(1)}), "has 1, which is no weight"),
        (lambda state: state.update({"module.extra": "text"}), "has 'module.extra', which is no weight"),
    ):
        state = {key: value.clone() for key, value in whole["state_dict"].items()}
        change(state)
        torch.save({"state_dict": state}, broken)
        refused(message)


def test_an_output_that_cannot_be_made_is_said(small, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExportError, match="cannot be made: .*; choose another folder"):
        export(ExportOptions(small[1], tmp_path / "file" / "model", "fp32", small[0]))


def test_an_existing_folder_is_left_alone(small, tmp_path):
    with pytest.raises(ExportError, match="exists; remove it, or choose another folder"):
        export(ExportOptions(small[1], tmp_path, "fp32", small[0]))
    assert list(tmp_path.iterdir()) == []


def test_other_seeds_are_other_spaces(tmp_path):
    hashes = []
    for seed in (1, 1, 2):
        write_checkpoint(tmp_path / "checkpoint.pt", "small-vit", seed)
        hashes.append(weights_hash(load_checkpoint(tmp_path / "checkpoint.pt", round_weights=False).model))
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("precision", ["fp32", "fp16", "int8"])
def test_weights_that_do_not_fit_into_the_graph_are_a_file_that_is_described(tmp_path, monkeypatch, precision):
    for module in ("towers", "precision"):
        monkeypatch.setattr(f"exporter.{module}.EXTERNAL_DATA_BYTES", 1_000_000)
    write_checkpoint(tmp_path / "checkpoint.pt", "small-vit", seed=1)
    folder = tmp_path / "model"
    export(ExportOptions(tmp_path / "checkpoint.pt", folder, precision, "big"), lambda _: None)
    files = manifest_of(folder)["files"]
    assert {path.name for path in folder.iterdir()} == {*files, "wentu-model.json"}
    assert files["text.onnx.data"]["sizeBytes"] > 1_000_000 > files["text.onnx"]["sizeBytes"]
