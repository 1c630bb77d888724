/**
 * The graph of the exact search, written as an ONNX ModelProto (onnx/onnx.proto, IR 8, opset 17) with the few lines of
 * Protocol Buffers that it takes, so that no binary file has to be kept and trusted:
 *
 *     queries [Q, D] ─┐
 *                     Gemm(transB=1) ─ scores [Q, N] ─ TopK(largest, sorted) ─ values [Q, k], indices [Q, k]
 *     vectors [N, D] ─┘                     k [1] ────┘
 *
 * TopK puts the lower index first where scores are equal.
 */
export function nearestModel(): Uint8Array {
  return model(
    scoresNode(),
    field(1, message(text(1, 'scores'), text(1, 'k'), text(2, 'values'), text(2, 'indices'), text(4, 'TopK'))),
    text(2, 'nearest'),
    field(11, tensorInfo('queries', FLOAT, ['Q', 'D'])),
    field(11, tensorInfo('vectors', FLOAT, ['N', 'D'])),
    field(11, tensorInfo('k', INT64, [1])),
    field(12, tensorInfo('values', FLOAT, ['Q', 'K'])),
    field(12, tensorInfo('indices', INT64, ['Q', 'K'])),
  );
}

/** The product alone: `queries` and `vectors` as above, out comes `scores` [Q, N]. */
export function scoresModel(): Uint8Array {
  return model(
    scoresNode(),
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

function scoresNode(): number[] {
  return field(
    1,
    message(text(1, 'queries'), text(1, 'vectors'), text(2, 'scores'), text(4, 'Gemm'), intAttribute('transB', 1)),
  );
}

/** TensorProto.DataType and AttributeProto.AttributeType. */
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_INT = 2;

/** AttributeProto of a NodeProto (its field 5): name, i, type. */
function intAttribute(name: string, value: number): number[] {
  return field(5, message(text(1, name), integer(3, value), integer(20, ATTRIBUTE_INT)));
}

/** ValueInfoProto: name, type { tensor_type { elem_type, shape { dim { dim_value | dim_param } } } }. */
function tensorInfo(name: string, elementType: number, shape: readonly (number | string)[]): number[] {
  const dims = shape.map((dim) => field(1, typeof dim === 'number' ? integer(1, dim) : text(2, dim)));
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
