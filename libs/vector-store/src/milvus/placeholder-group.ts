const TAG = '$0';
/** PlaceholderType.FloatVector */
const FLOAT_VECTOR = 101;

/**
 * Encodes query vectors for a search: a PlaceholderGroup of Milvus's common.proto with one PlaceholderValue (1: tag, 2:
 * type, 3: each vector's little-endian float32 bytes).
 */
export function placeholderGroup(queries: readonly Float32Array[]): Buffer {
  const value = Buffer.concat([
    field(1, Buffer.from(TAG)),
    Buffer.from([(2 << 3) | 0, FLOAT_VECTOR]),
    ...queries.map((query) => field(3, Buffer.from(query.buffer, query.byteOffset, query.byteLength))),
  ]);
  return field(1, value);
}

/** A length-delimited protobuf field. */
function field(number: number, bytes: Buffer): Buffer {
  const head = [(number << 3) | 2];
  let length = bytes.length;
  for (; length > 0x7f; length >>>= 7) head.push((length & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...head, length]), bytes]);
}
