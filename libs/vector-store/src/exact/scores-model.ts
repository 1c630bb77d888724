/**
 * A matrix product as an ONNX ModelProto (onnx/onnx.proto, IR 8, opset 17). This file encodes the Protocol Buffers
 * itself, so that the repository needs no binary model file:
 *
 *     queries [Q, D], vectors [N, D] → Gemm(transB=1) → scores [Q, N]
 */
export function scoresModel(): Uint8Array {
  return model(
    field(
      1,
      message(text(1, 'queries'), text(1, 'vectors'), text(2, 'scores'), text(4, 'Gemm'), intAttribute('transB', 1)),
    ),
    text(2, 'scores'),
    field(11, tensorInfo('queries', FLOAT, ['Q', 'D'])),
    field(11, tensorInfo('vectors', FLOAT, ['N', 'D'])),
    field(12, tensorInfo('scores', FLOAT, ['Q', 'N'])),
  );
}

function model(...graph: readonly number[][]): Uint8Array {
  const opset = message(text(1, ''), integer(2, 17));
  return Uint8Array.from(message(integer(1, 8), text(2, 'wentu'), field(7, message(...graph)), field(8, opset)));
}

/** TensorProto.DataType and AttributeProto.AttributeType. */
const FLOAT = 1;
const ATTRIBUTE_INT = 2;

/** AttributeProto of a NodeProto (its field 5): name, i, type. */
function intAttribute(name: string, value: number): number[] {
  return field(5, message(text(1, name), integer(3, value), integer(20, ATTRIBUTE_INT)));
}

/** ValueInfoProto: name, type { tensor_type { elem_type, shape { dim { dim_param } } } }. */
function tensorInfo(name: string, elementType: number, shape: readonly string[]): number[] {
  const dims = shape.map((dim) => field(1, text(2, dim)));
  const tensorType = message(integer(1, elementType), field(2, message(...dims)));
  return message(text(1, name), field(2, message(field(1, tensorType))));
}

function message(...fields: readonly number[][]): number[] {
  return fields.flat();
}

/** Wire type 2: length-delimited. */
function field(number: number, content: readonly number[]): number[] {
  return [...varint(number * 8 + 2), ...varint(content.length), ...content];
}

function text(number: number, value: string): number[] {
  return field(number, [...Buffer.from(value, 'utf8')]);
}

/** Wire type 0: varint. */
function integer(number: number, value: number): number[] {
  return [...varint(number * 8), ...varint(value)];
}

/** Base 128, low group first; for non-negative numbers. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
