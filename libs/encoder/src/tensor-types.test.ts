import { Tensor } from 'onnxruntime-node';
import { fitTensors, floatToHalf, halfToFloat, toFloat32 } from './tensor-types';

describe('half precision', () => {
  test('all 65,536 values survive a round trip', () => {
    for (let bits = 0; bits < 65_536; bits++) {
      const value = halfToFloat(bits);
      if (Number.isNaN(value)) expect(Number.isNaN(halfToFloat(floatToHalf(value)))).toBe(true);
      else if (floatToHalf(value) !== bits) throw new Error(`${bits} is ${value}, which becomes ${floatToHalf(value)}`);
    }
  });

  test('a value between two halves is rounded to the nearer one, and from the middle to the even one', () => {
    // Pairs of subnormals, of equal exponents, and across an exponent.
    for (const bits of [0, 1, 2, 0x3ff, 0x3c00, 0x3c01, 0x3fff, 0x7bfe]) {
      const [low, high] = [halfToFloat(bits), halfToFloat(bits + 1)];
      const at = (part: number): number => floatToHalf(low + (high - low) * part);
      expect([at(0.25), at(0.5), at(0.75)]).toEqual([bits, bits % 2 === 0 ? bits : bits + 1, bits + 1]);
      expect(floatToHalf(-(low + (high - low) * 0.25))).toBe(bits + 0x8000);
    }
  });

  test('known values', () => {
    expect([1, -2, 65_504, 65_520, Infinity, 0.1, 2 ** -24, 2 ** -26].map(floatToHalf)).toEqual([
      0x3c00, 0xc000, 0x7bff, 0x7c00, 0x7c00, 0x2e66, 1, 0,
    ]);
  });
});

test('tensors are converted to the types of the graph', () => {
  const inputMetadata = (['float16', 'int32', 'float32', 'int64'] as const).map((type) => ({
    name: type,
    isTensor: true as const,
    type,
    shape: [2],
  }));
  const numbers = new Tensor('float32', [0.5, -3], [2]);
  const ids = new Tensor('int64', [101n, 21_127n], [2]);
  const fitted = fitTensors({ inputMetadata }, { float16: numbers, int32: ids, float32: numbers, int64: ids });
  expect(fitted['float16']?.type).toBe('float16');
  expect(toFloat32(fitted['float16']!)).toEqual(Float32Array.of(0.5, -3));
  expect(fitted['int32']?.data).toEqual(Int32Array.of(101, 21_127));
  expect(fitted['float32']).toBe(numbers);
  expect(fitted['int64']).toBe(ids);
  expect(toFloat32(ids)).toBeUndefined();
});
