"""The two towers as separate graphs, with dynamic batch and text length."""

from pathlib import Path

import onnx
import torch
from cn_clip.clip.model import CLIP

# torch's scaled_dot_product_attention needs 14. LayerNormalization is an operator since 17.
OPSET = 17
# A protobuf is limited to 2 GiB. Above this size the weights are in a file beside the graph.
EXTERNAL_DATA_BYTES = 1_900_000_000


class ImageTower(torch.nn.Module):
    def __init__(self, model: CLIP) -> None:
        super().__init__()
        self.visual = model.visual

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """float32 `[batch, 3, S, S]` → `[batch, dimension]`, not normalised."""
        return self.visual(image)


class TextTower(torch.nn.Module):
    def __init__(self, model: CLIP) -> None:
        super().__init__()
        self.bert, self.text_projection = model.bert, model.text_projection

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """int64 `[batch, length]` → `[batch, dimension]`, not normalised. The mask is made of the ids, as the reference
        makes it: 0 is padding, so a row's features do not depend on how far it is padded."""
        mask = input_ids.ne(0).to(self.text_projection.dtype)
        return self.bert(input_ids, attention_mask=mask)[0][:, 0, :] @ self.text_projection


def export_towers(model: CLIP, image_size: int, folder: Path) -> None:
    """Writes image.onnx and text.onnx, in float32."""
    # Two rows, because the tracer treats a size of 1 as a constant.
    _export(ImageTower(model), torch.zeros(2, 3, image_size, image_size), "image", {0: "batch"}, folder)
    ids = torch.tensor([[101, 4000, 5000, 102], [101, 102, 0, 0]]) % model.bert_config.vocab_size
    _export(TextTower(model), ids, "text", {0: "batch", 1: "length"}, folder)


def _export(tower: torch.nn.Module, sample: torch.Tensor, name: str, axes: dict, folder: Path) -> None:
    given = "image" if name == "image" else "input_ids"
    scratch = folder / f"{name}-traced"
    scratch.mkdir()
    with torch.no_grad():
        torch.onnx.export(
            tower.eval(),
            (sample,),
            # A Path is treated as a buffer, which is limited to 2 GiB.
            str(scratch / "graph.onnx"),
            opset_version=OPSET,
            input_names=[given],
            output_names=[f"{name}_features"],
            dynamic_axes={given: axes, f"{name}_features": {0: "batch"}},
            dynamo=False,
        )
    # Above 2 GiB the exporter writes a file for each weight.
    save_graph(onnx.load(scratch / "graph.onnx"), folder / f"{name}.onnx")
    for path in scratch.iterdir():
        path.unlink()
    scratch.rmdir()


def save_graph(graph: onnx.ModelProto, path: Path) -> None:
    """Saves the graph with its weights inside or, if they do not fit, in PATH.data."""
    path.unlink(missing_ok=True)
    data = path.with_name(path.name + ".data")
    data.unlink(missing_ok=True)
    sizes = sum(len(tensor.raw_data) for tensor in graph.graph.initializer)
    if sizes < EXTERNAL_DATA_BYTES:
        onnx.save_model(graph, path)
    else:
        onnx.save_model(graph, path, save_as_external_data=True, location=data.name, size_threshold=1024)
