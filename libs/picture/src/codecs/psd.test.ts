import { rgbProfile, SPACES } from '../testing/icc-profile';
import { differenceSeen, differenceShown, HEIGHT, LIMITS, reader, SCENE, scene, WIDTH } from '../testing/scene';
import { pictureFields, tiffFile } from '../testing/tiff-file';

interface Kind {
  readonly mode: number;
  readonly bits?: number;
  readonly isLarge?: boolean;
  readonly isPacked?: boolean;
  readonly resources?: Buffer;
  readonly table?: Buffer;
  /** Number of layers. If it is negative, the first extra channel is transparency. */
  readonly layers?: number;
}

/** A PSD with these planes, one per channel. */
function psd(planes: readonly Uint8Array[], kind: Kind): Buffer {
  const {
    mode,
    bits = 8,
    isLarge = false,
    isPacked = false,
    resources = Buffer.alloc(0),
    table = Buffer.alloc(0),
  } = kind;
  const header = Buffer.alloc(26);
  header.write('8BPS', 'latin1');
  header.writeUInt16BE(isLarge ? 2 : 1, 4);
  header.writeUInt16BE(planes.length, 12);
  header.writeUInt32BE(HEIGHT, 14);
  header.writeUInt32BE(WIDTH, 18);
  header.writeUInt16BE(bits, 22);
  header.writeUInt16BE(mode, 24);
  const sized = (bytes: Buffer, lengthBytes = 4): Buffer => {
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(bytes.length, lengthBytes - 4);
    return Buffer.concat([length, bytes]);
  };
  const count = Buffer.alloc(4);
  count.writeInt16BE(kind.layers ?? 0);
  const lengthBytes = isLarge ? 8 : 4;
  const layers = kind.layers === undefined ? Buffer.alloc(0) : sized(count, lengthBytes);
  const rows = planes.flatMap((plane) =>
    Array.from({ length: HEIGHT }, (_, y) =>
      plane.subarray((y * plane.length) / HEIGHT, ((y + 1) * plane.length) / HEIGHT),
    ),
  );
  const packed = rows.map((row) => pack(row));
  const counts = Buffer.alloc(packed.length * (isLarge ? 4 : 2));
  packed.forEach(({ length }, i) =>
    isLarge ? counts.writeUInt32BE(length, i * 4) : counts.writeUInt16BE(length, i * 2),
  );
  const data = isPacked ? [Buffer.from([0, 1]), counts, ...packed] : [Buffer.from([0, 0]), ...rows];
  return Buffer.concat([header, sized(table), sized(resources), sized(layers, lengthBytes), ...data]);
}

/** Encodes as PackBits: runs of equal bytes, and single bytes. */
function pack(row: Uint8Array): Buffer {
  const out: number[] = [];
  for (let i = 0; i < row.length;) {
    let run = 1;
    while (run < 128 && i + run < row.length && row[i + run] === row[i]) run++;
    if (run > 1) out.push(257 - run, row[i] as number);
    else out.push(0, row[i] as number);
    i += run;
  }
  return Buffer.from(out);
}

function resource(id: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.write('8BIM', 'latin1');
  head.writeUInt16BE(id, 4);
  head.writeUInt32BE(bytes.length, 8);
  return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)]);
}

const plane = (channel: number): Uint8Array =>
  Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => SCENE[i * 3 + channel] as number);
const rgb = [plane(0), plane(1), plane(2)];
const deep = (data: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: data.length * 2 }, (_, i) => data[i >> 1] as number);
const opaque = new Uint8Array(WIDTH * HEIGHT).fill(255);
const greyScene = Uint8Array.from({ length: SCENE.length }, (_, i) => SCENE[i - (i % 3)] as number);

test.each([
  ['RGB', psd(rgb, { mode: 3 })],
  ['RGB in PackBits', psd(rgb, { mode: 3, isPacked: true })],
  ['a PSB', psd(rgb, { mode: 3, isPacked: true, isLarge: true })],
  ['RGB of 16 bits', psd(rgb.map(deep), { mode: 3, bits: 16 })],
  ['RGB with a saved selection', psd([...rgb, plane(0)], { mode: 3, layers: 1 })],
  ['RGB with transparency', psd([...rgb, opaque], { mode: 3, layers: -1, isPacked: true })],
])('the composite is decoded: %s', async (_name, file) => {
  expect(await differenceShown(file)).toBe(0);
  expect(await reader.prepare(file, LIMITS, true)).toMatchObject({
    mimeType: 'image/vnd.adobe.photoshop',
    width: WIDTH,
  });
});

test('a transparent picture is flattened on white', async () => {
  const file = psd([...rgb, new Uint8Array(WIDTH * HEIGHT)], { mode: 3, layers: -1 });
  expect(new Set((await reader.prepare(file, LIMITS, false)).pixels)).toEqual(new Set([255]));
});

test('grey and indexed colours are decoded', async () => {
  expect(await differenceShown(psd([plane(0)], { mode: 1 }), greyScene)).toBe(0);
  const table = Buffer.concat([0, 0, 0].map(() => Buffer.from([...Array(256).keys()])));
  expect(await differenceShown(psd([plane(0)], { mode: 2, table }), greyScene)).toBe(0);
});

test('CMYK values are stored inverted: 255 means no ink', async () => {
  const cmyk = await scene().toColourspace('cmyk').raw().toBuffer();
  const inks = [0, 1, 2, 3].map((c) =>
    Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => 255 - (cmyk[i * 4 + c] as number)),
  );
  expect(
    await differenceSeen(psd(inks, { mode: 4 }), await scene().toColourspace('cmyk').tiff().toBuffer()),
  ).toBeLessThan(1);
});

test('the colours are converted with the ICC profile', async () => {
  const profile = rgbProfile(SPACES['Adobe RGB']!);
  const tiff = tiffFile([{ fields: { ...pictureFields(WIDTH, HEIGHT, 3), 34675: profile }, parts: [SCENE] }]);
  expect(await differenceSeen(psd(rgb, { mode: 3, resources: resource(1_039, profile) }), tiff)).toBe(0);
});

test.each([
  [
    'layers only',
    psd(rgb, { mode: 3, resources: resource(1_057, Buffer.from([0, 0, 0, 1, 0])) }),
    'UNSUPPORTED_FORMAT',
    /Maximize compatibility/,
  ],
  ['Lab', psd(rgb, { mode: 9 }), 'UNSUPPORTED_FORMAT', /Lab colours/],
  ['32 bits', psd(rgb, { mode: 3, bits: 32 }), 'UNSUPPORTED_FORMAT', /32 bits/],
  ['a file that is cut off', psd(rgb, { mode: 3 }).subarray(0, 9_000), 'DECODE_FAILED', /ends before its pixels/],
  [
    'a file in PackBits that is cut off',
    psd(rgb, { mode: 3, isPacked: true }).subarray(0, 9_000),
    'DECODE_FAILED',
    /ends before its pixels/,
  ],
])('%s is refused with the reason', async (_name, file, code, message) => {
  await expect(reader.prepare(file, LIMITS, true)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  });
});
