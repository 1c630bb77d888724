"""float16 and int8 versions of a float32 graph."""

import logging
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16

from .towers import EXTERNAL_DATA_BYTES, save_graph

PRECISIONS = ("fp32", "fp16", "int8")


def change_precision(path: Path, precision: str) -> None:
    """Converts in place. Inputs and outputs stay float32."""
    if precision == "fp16":
        graph = convert_float_to_float16(onnx.load(path), keep_io_types=True, disable_shape_infer=True)
        save_graph(graph, path)
    elif precision == "int8":
        _quantize(path)


def _quantize(path: Path) -> None:
    data = path.with_name(path.name + ".data")
    big = path.stat().st_size + (data.stat().st_size if data.exists() else 0) > EXTERNAL_DATA_BYTES
    changed = path.with_name("quantized-" + path.name)
    # The warning advises a step that the caller cannot do.
    logging.getLogger().setLevel(logging.ERROR)
    quantize_dynamic(
        path,
        changed,
        # Convolutions are excluded: with them RN50 loses accuracy and is not faster.
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        # Without VNNI the products of full 8-bit weights overflow 16 bits.
        reduce_range=True,
        weight_type=QuantType.QInt8,
        use_external_data_format=big,
    )
    save_graph(onnx.load(changed), path)
    for left in path.parent.glob(changed.name + "*"):
        left.unlink()
