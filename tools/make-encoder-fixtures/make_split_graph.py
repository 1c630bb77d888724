"""Makes libs/encoder/fixtures/split-graph.onnx: two outputs in one graph that is difficult to split.

    python3 -m venv venv && venv/bin/pip install onnx==1.17.0
    venv/bin/python tools/make-encoder-fixtures/make_split_graph.py

    left  = flag ? left_in + deep_weight : left_in * 2     only a body two levels deep names the weight
    right = Double(right_in) * right_weight                Double is a function of the model
    sum   = left + right
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

PATH = Path(__file__).resolve().parents[2] / "libs/encoder/fixtures/split-graph.onnx"


def value(name: str, kind: int = TensorProto.FLOAT, shape: tuple = (2,)) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, list(shape))


def weight(name: str, *numbers: float) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(numbers, dtype=np.float32), name)


def main() -> None:
    deepest = helper.make_graph(
        [helper.make_node("Add", ["left_in", "deep_weight"], ["deepest_out"])], "deepest", [], [value("deepest_out")]
    )
    other = helper.make_graph(
        [helper.make_node("Add", ["left_in", "left_in"], ["other_out"])], "other", [], [value("other_out")]
    )
    then = helper.make_graph(
        [helper.make_node("If", ["flag"], ["then_out"], then_branch=deepest, else_branch=other)],
        "then",
        [],
        [value("then_out")],
    )
    otherwise = helper.make_graph(
        [helper.make_node("Mul", ["left_in", "two"], ["else_out"])],
        "otherwise",
        [],
        [value("else_out")],
        [weight("two", 2, 2)],
    )
    graph = helper.make_graph(
        [
            helper.make_node("If", ["flag"], ["left"], then_branch=then, else_branch=otherwise),
            helper.make_node("Double", ["right_in"], ["doubled"], domain="wentu.test"),
            helper.make_node("Mul", ["doubled", "right_weight"], ["right"]),
            helper.make_node("Add", ["left", "right"], ["sum"]),
        ],
        "split",
        [value("flag", TensorProto.BOOL, ()), value("left_in"), value("right_in")],
        [value("left"), value("right"), value("sum")],
        [weight("deep_weight", 100, 200), weight("right_weight", 3, 5)],
        value_info=[value("doubled")],
    )
    double = helper.make_function(
        "wentu.test", "Double", ["x"], ["y"], [helper.make_node("Add", ["x", "x"], ["y"])], [helper.make_opsetid("", 17)]
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("wentu.test", 1)]
    model = helper.make_model(graph, opset_imports=opsets, functions=[double], ir_version=8)
    helper.set_model_props(model, {"made for": "tests"})
    onnx.checker.check_model(model)
    PATH.write_bytes(model.SerializeToString())


if __name__ == "__main__":
    main()
