import { compile, createMemory, instantiate, op } from './index';

test('constants and places of any size mean what they say', () => {
  for (const value of [0, 63, 64, -64, -65, 8_191, 8_192, 1 << 27, -(2 ** 31), 2 ** 31 - 1]) {
    const body = [...op.constant(0), ...op.constant(value), ...op.store(200)];
    const memory = createMemory(1);
    instantiate<'put'>(compile({ put: { parameters: 0, integers: 0, vectors: 0, body } }), memory).put();
    expect(new Int32Array(memory.buffer)[50]).toBe(value);
  }
});

test('functions share a memory, and loop', () => {
  const [TO, COUNT, SUM] = [0, 1, 2];
  const sum = [
    ...op.loop(
      op.get(SUM),
      op.get(COUNT),
      op.ADD,
      op.set(SUM),
      [...op.get(COUNT), ...op.constant(1), ...op.SUBTRACT],
      op.tee(COUNT),
    ),
    ...[...op.get(TO), ...op.get(SUM), ...op.store()],
  ];
  const double = [...op.get(TO), ...op.get(TO), ...op.load(), ...op.constant(2), ...op.MULTIPLY, ...op.store()];
  const module = compile({
    sum: { parameters: 2, integers: 1, vectors: 0, body: sum },
    double: { parameters: 1, integers: 0, vectors: 0, body: double },
  });
  const memory = createMemory(65_537);
  const functions = instantiate<'sum' | 'double'>(module, memory);
  functions.sum(8, 100);
  functions.double(8);
  expect(new Int32Array(memory.buffer)[2]).toBe(10_100);
  expect(memory.buffer.byteLength).toBe(2 * 65_536);
});

test('long whole numbers and doubles have locals and constants of their own', () => {
  const [TO, NUMBER, LONG, DOUBLE] = [0, 1, 2, 3];
  for (const value of [0n, 63n, 64n, -64n, -65n, 0xf0f0f0f0f0f0f0f0n, 2n ** 63n, -(2n ** 62n) + 1n]) {
    const body = [
      ...[...op.constant64(value), ...op.set(LONG), ...op.constantDouble(0.1), ...op.set(DOUBLE)],
      ...[...op.constant(5), ...op.set(NUMBER)],
      ...[...op.get(TO), ...op.get(DOUBLE), ...op.storeDouble()],
      ...[...op.get(TO), ...op.get(LONG), ...op.INT64_TO_DOUBLE, ...op.storeDouble(8)],
      ...[...op.get(TO), ...op.get(NUMBER), ...op.store(16)],
    ];
    const memory = createMemory(1);
    instantiate<'put'>(
      compile({ put: { parameters: 1, integers: 1, longs: 1, doubles: 1, vectors: 0, body } }),
      memory,
    ).put(0);
    expect([...new Float64Array(memory.buffer, 0, 2)]).toEqual([0.1, Number(BigInt.asIntN(64, value))]);
    expect(new Int32Array(memory.buffer)[4]).toBe(5);
  }
});
