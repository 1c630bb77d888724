import { shortestFloat32 } from './shortest-float32';

test.each([
  [0, '0'],
  [1, '1'],
  [-0.5, '-0.5'],
  [Math.fround(0.1), '0.1'],
  [Math.fround(0.12345678), '0.12345678'],
  [Math.fround(1 / 3), '0.33333334'],
  [2 ** -149, '1e-45'],
  [16_777_216, '16777216'],
])('%d is written %s', (value, text) => {
  expect(shortestFloat32(value)).toBe(text);
});

const seed = Math.floor(Math.random() * 2 ** 32);
test(`every written decimal gives its float32 back, and one digit less does not (seed ${seed})`, () => {
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  let state = seed;
  for (let i = 0; i < 20_000; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bits[0] = state ^ (state >>> 15);
    const number = value[0] as number;
    if (!Number.isFinite(number)) continue;
    const text = shortestFloat32(number);
    expect(Math.fround(JSON.parse(text) as number)).toBe(number + 0);
    const digits = text.replace(/e.*/, '').replace(/\D/g, '').replace(/^0+/, '').replace(/0+$/, '').length;
    if (digits > 1) expect(Math.fround(Number(number.toPrecision(digits - 1)))).not.toBe(number);
  }
});
