import { gzipSync } from 'node:zlib';
import { PicturePool } from './pool/picture-pool';
import { LIMITS, meanDifference, reader } from './testing/scene';

const drawing = (side: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="${side}" height="${side}"><circle cx="12" cy="12" r="9" fill="teal"/></svg>`,
  );

test.each([1, 4, 40])('a vector picture is drawn at %i times its size', async (scale) => {
  const small = await reader.open(drawing(24), { scale });
  const { data, info } = await small.pixels().raw().toBuffer({ resolveWithObject: true });
  expect([small.width, info.width, info.height]).toEqual([24, 24 * scale, 24 * scale]);
  const large = await (await reader.open(drawing(24 * scale))).pixels().raw().toBuffer();
  expect(meanDifference(data, large)).toBeLessThan(0.5);
});

test('a gzip-compressed SVG gives the same pixels', async () => {
  const packed = gzipSync(drawing(24));
  const { pixels, ...header } = await reader.prepare(packed, LIMITS, false);
  expect(header).toEqual({ mimeType: 'image/svg+xml-compressed', width: 24, height: 24 });
  expect(pixels).toEqual((await reader.prepare(drawing(24), LIMITS, false)).pixels);
});

test('an SVG that is too large after decompression is TOO_LARGE', async () => {
  const bomb = gzipSync(Buffer.concat([drawing(24), Buffer.alloc(30_000_000, 32)]));
  await expect(reader.prepare(bomb, { ...LIMITS, maxBytes: 1_000_000 }, false)).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringMatching(/1000000 bytes unpacked \(WENTU_MAX_IMAGE_BYTES\)/) as string,
  });
});

test('a vector picture is transparent where nothing is drawn', async () => {
  const pixel = { left: 0, top: 0, width: 1, height: 1 };
  const corner = await (await reader.open(drawing(24))).pixels().extract(pixel).raw().toBuffer();
  expect([...corner]).toEqual([0, 0, 0, 0]);
});

test('an SVG that would take hours to draw fails at the time limit, and the next picture is decoded', async () => {
  // Each blur takes a second.
  const slow = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="3000"><filter id="f"><feGaussianBlur stdDeviation="900"/></filter>${'<rect width="3000" height="3000" filter="url(#f)"/>'.repeat(1_000)}</svg>`,
  );
  const hasty = new PicturePool({ ...LIMITS, timeoutMs: 1_500 });
  const late = { code: 'DECODE_FAILED', message: expect.stringMatching(/WENTU_DECODE_TIMEOUT_MS/) as string };
  await expect(hasty.inspect(slow, LIMITS, 'asked')).rejects.toMatchObject(late);
  await expect(hasty.prepare(slow, LIMITS, true, 'load')).rejects.toMatchObject(late);
  const small = { width: 300, height: 300, scale: 0.1, isCut: false, format: 'jpeg' } as const;
  await expect(hasty.render(slow, small)).rejects.toMatchObject(late);
  expect(await hasty.inspect(drawing(24), LIMITS, 'asked')).toMatchObject({ width: 24 });
  expect(hasty.pids).toHaveLength(1);
  hasty.close();
}, 20_000);
