import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { differenceSeen, differenceShown, HEIGHT, LIMITS, reader, SCENE, scene, WIDTH } from '../testing/scene';
import { pictureFields, tiffFile, tiled, type Fields } from '../testing/tiff-file';

const prepare = async (file: Uint8Array): Promise<unknown> => await reader.prepare(file, LIMITS, true);
const rgb = pictureFields(WIDTH, HEIGHT, 3);
const tile = { 322: [16], 323: [16] };
const small = sharp(SCENE, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
  .resize(24, 16)
  .raw();

describe('compression', () => {
  test.each([
    [50_000, 'ZSTD'],
    [34_926, 'ZSTD'],
    [34_925, 'LZMA'],
    [34_887, 'LERC'],
    [34_712, 'JPEG 2000'],
    [33_005, 'JPEG 2000'],
    [50_002, 'JPEG XL'],
    [34_933, 'PNG'],
    [34_934, 'JPEG XR'],
    [34_661, 'JBIG'],
    [65_000, 'number 65000'],
  ])('scheme %i (%s) is UNSUPPORTED_FORMAT, in tiles and in strips', async (compression, name) => {
    const parts = tiled(SCENE, WIDTH, HEIGHT, 3, 16);
    for (const file of [
      tiffFile([{ fields: { ...rgb, ...tile, 259: [compression] }, parts }]),
      tiffFile([{ fields: { ...rgb, 259: [compression] }, parts: [SCENE] }]),
    ]) {
      await expect(prepare(file)).rejects.toMatchObject({
        name: 'ItemError',
        code: 'UNSUPPORTED_FORMAT',
        message: expect.stringMatching(new RegExp(`${name}.*save it with Deflate`)) as string,
      });
    }
  });

  test.each(['none', 'lzw', 'deflate', 'packbits', 'jpeg', 'webp'] as const)('%s is decoded', async (compression) => {
    for (const tile of [false, true]) {
      const file = await scene().tiff({ compression, tile, tileWidth: 16, tileHeight: 16, quality: 95 }).toBuffer();
      expect(await differenceShown(file)).toBeLessThan(compression === 'jpeg' || compression === 'webp' ? 5 : 0.01);
    }
  });

  test('CCITT fax compression is decoded', async () => {
    const file = await scene()
      .toColourspace('b-w')
      .threshold(100)
      .tiff({ compression: 'ccittfax4', bitdepth: 1 })
      .toBuffer();
    const png = await scene().toColourspace('b-w').threshold(100).png().toBuffer();
    expect(await differenceSeen(file, png)).toBe(0);
  });
});

describe('incomplete and damaged files', () => {
  const deflated = (data: Uint8Array[]): Buffer =>
    tiffFile([{ fields: { ...rgb, ...tile, 259: [8] }, parts: data.map((part) => deflateSync(part)) }]);
  const whole = deflated(tiled(SCENE, WIDTH, HEIGHT, 3, 16));

  test('the complete file is decoded', async () => {
    expect(await differenceShown(whole)).toBe(0);
  });

  test.each([0.4, 0.9, 0.99])(
    'a file that is cut off at %f of its length is DECODE_FAILED with the reason',
    async (share) => {
      await expect(prepare(whole.subarray(0, Math.floor(whole.length * share)))).rejects.toMatchObject({
        code: 'DECODE_FAILED',
        message: expect.stringMatching(/cut off: .* of its 24 tiles; fetch it again/) as string,
      });
    },
  );

  test('a tile with damaged bytes is DECODE_FAILED, not a black square', async () => {
    const broken = Buffer.from(whole);
    broken.fill(0x55, broken.length - 60, broken.length - 40);
    await expect(prepare(broken)).rejects.toMatchObject({ code: 'DECODE_FAILED' });
  });

  test('a strip that is cut off is DECODE_FAILED', async () => {
    const strips = tiffFile([{ fields: { ...rgb, 259: [8] }, parts: [deflateSync(SCENE)] }]);
    await expect(prepare(strips.subarray(0, strips.length - 200))).rejects.toMatchObject({ code: 'DECODE_FAILED' });
  });

  test('tags in a wrong order are accepted and change no pixel', async () => {
    for (const fields of [rgb, { ...rgb, ...tile }]) {
      const parts = 322 in fields ? tiled(SCENE, WIDTH, HEIGHT, 3, 16) : [SCENE];
      const file = tiffFile([{ fields, parts }]);
      const first = file.readUInt32LE(4) + 2;
      const [a, b] = [
        Buffer.from(file.subarray(first, first + 12)),
        Buffer.from(file.subarray(first + 12, first + 24)),
      ];
      b.copy(file, first);
      a.copy(file, first + 12);
      expect(await differenceShown(file)).toBe(0);
    }
  });
});

describe('extra channels', () => {
  const mask = (i: number): number => i % 256;
  const withExtra = (kinds: readonly (number | 'alpha')[], extra: readonly number[]): Buffer => {
    const samples = 3 + kinds.length;
    const data = new Uint8Array(WIDTH * HEIGHT * samples);
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      data.set(SCENE.subarray(i * 3, i * 3 + 3), i * samples);
      kinds.forEach((kind, k) => (data[i * samples + 3 + k] = kind === 'alpha' ? 255 : mask(i)));
    }
    return tiffFile([{ fields: { ...pictureFields(WIDTH, HEIGHT, samples), 338: extra }, parts: [data] }]);
  };

  test.each([
    ['a mask', withExtra([0], [0])],
    ['two masks', withExtra([0, 0], [0, 0])],
    ['alpha and a mask', withExtra(['alpha', 0], [2, 0])],
    ['a mask and alpha', withExtra([0, 'alpha'], [0, 2])],
    ['alpha and two masks', withExtra(['alpha', 0, 0], [2, 0, 0])],
    ['alpha without its tag', withExtra(['alpha'], [])],
  ])('with %s the colours are right', async (_name, file) => {
    expect(await differenceShown(file)).toBe(0);
    expect(await differenceSeen(file)).toBeLessThan(0.01);
  });

  test.each([
    ['alpha and a mask', [2, 0], 8],
    ['a mask and alpha', [0, 2], 8],
    ['alpha and a mask', [2, 0], 16],
    ['a mask and alpha', [0, 2], 16],
  ])('grey with %s (%j) in %d bits', async (_name, extra, bits) => {
    const data = bits === 8 ? new Uint8Array(WIDTH * HEIGHT * 3) : new Uint16Array(WIDTH * HEIGHT * 3);
    const greyScene = new Uint8Array(WIDTH * HEIGHT * 3);
    const full = bits === 8 ? 1 : 257;
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      const grey = SCENE[i * 3] as number;
      greyScene.fill(grey, i * 3, i * 3 + 3);
      data.set([grey * full, ...extra.map((kind) => (kind === 2 ? 255 : mask(i)) * full)], i * 3);
    }
    const fields = { ...pictureFields(WIDTH, HEIGHT, 3, bits), 262: [1], 338: extra };
    const file = tiffFile([{ fields, parts: [new Uint8Array(data.buffer)] }]);
    expect(await differenceShown(file, greyScene)).toBeLessThan(1);
  });

  test('alpha is kept, and the picture is flattened on white', async () => {
    const data = Buffer.alloc(WIDTH * HEIGHT * 5);
    for (let i = 0; i < WIDTH * HEIGHT; i++) data.set([10, 20, 30, 0, 77], i * 5);
    const file = tiffFile([{ fields: { ...pictureFields(WIDTH, HEIGHT, 5), 338: [2, 0] }, parts: [data] }]);
    const { pixels } = await reader.prepare(file, LIMITS, false);
    expect(new Set(pixels)).toEqual(new Set([255]));
  });
});

describe('samples that are not 8-bit unsigned', () => {
  const grey = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => SCENE[i * 3] as number);
  const greyScene = Uint8Array.from({ length: SCENE.length }, (_, i) => grey[Math.floor(i / 3)] as number);
  const file = (samples: number, bits: number, format: number, data: ArrayBufferView): Buffer => {
    const fields: Fields = {
      ...pictureFields(WIDTH, HEIGHT, samples, bits),
      339: new Array<number>(samples).fill(format),
    };
    return tiffFile([{ fields, parts: [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)] }]);
  };

  test.each([
    [
      'grey 0 to 1',
      file(
        1,
        32,
        3,
        Float32Array.from(grey, (v) => v / 255),
      ),
      greyScene,
    ],
    ['grey 0 to 255', file(1, 32, 3, Float32Array.from(grey)), greyScene],
    [
      'RGB 0 to 1',
      file(
        3,
        32,
        3,
        Float32Array.from(SCENE, (v) => v / 255),
      ),
      SCENE,
    ],
    ['RGB 0 to 255', file(3, 32, 3, Float32Array.from(SCENE)), SCENE],
    [
      'RGB 0 to 65,535',
      file(
        3,
        32,
        3,
        Float32Array.from(SCENE, (v) => v * 257),
      ),
      SCENE,
    ],
    [
      'unsigned, 32 bits',
      file(
        3,
        32,
        1,
        Uint32Array.from(SCENE, (v) => v * 16_843_009),
      ),
      SCENE,
    ],
    [
      'signed, 16 bits',
      file(
        3,
        16,
        2,
        Int16Array.from(SCENE, (v) => v * 128),
      ),
      SCENE,
    ],
    [
      'signed, 32 bits',
      file(
        3,
        32,
        2,
        Int32Array.from(SCENE, (v) => v * 8_421_504),
      ),
      SCENE,
    ],
    [
      'infinite values and NaN',
      file(
        3,
        32,
        3,
        Float32Array.from(SCENE, (v, i) => (i < 3 ? [Infinity, NaN, -Infinity][i]! : v / 255)),
      ),
      Uint8Array.from(SCENE, (v, i) => (i < 3 ? [255, 0, 0][i]! : v)),
    ],
    [
      'values above white',
      file(
        3,
        32,
        3,
        Float32Array.from(SCENE, (v) => (v / 255) * 1.6),
      ),
      Uint8Array.from(SCENE, (v) => Math.min(255, Math.round(v * 1.6))),
    ],
  ])('%s', async (_name, bytes, wanted) => {
    expect(await differenceShown(bytes, wanted)).toBeLessThan(1);
  });

  test.each([
    ['floating point', 32, 3, Float32Array.from(grey, (v) => 1 - v / 255)],
    ['signed', 16, 2, Int16Array.from(grey, (v) => 32_767 - v * 128)],
    ['unsigned', 32, 1, Uint32Array.from(grey, (v) => 4_294_967_295 - v * 16_843_009)],
  ])('grey with 0 as white, %s', async (_name, bits, format, data) => {
    const fields = { ...pictureFields(WIDTH, HEIGHT, 1, bits), 262: [0], 339: [format] };
    expect(await differenceShown(tiffFile([{ fields, parts: [new Uint8Array(data.buffer)] }]), greyScene)).toBeLessThan(
      1,
    );
  });

  test.each([
    [
      'elevations',
      file(
        1,
        32,
        3,
        Float32Array.from(grey, (v) => v * 30 - 4_000),
      ),
      /floating-point numbers from -/,
    ],
    ['double precision', file(1, 64, 3, Float64Array.from(grey)), /numbers of 64 bits/],
    ['half precision', file(1, 16, 3, new Uint16Array(grey.length)), /floating-point numbers of 16 bits/],
    ['12 bits', file(1, 12, 1, new Uint8Array(grey.length * 2)), /numbers of 12 bits/],
    [
      'an unknown full scale',
      file(
        1,
        32,
        3,
        Float32Array.from(grey, (v) => v * 16),
      ),
      /numbers from .* to 3.*whose full scale is unknown/,
    ],
    ['only NaN', file(1, 32, 3, new Float32Array(grey.length).fill(NaN)), /all NaN or infinite/],
    ['complex', file(1, 64, 6, new Float64Array(grey.length)), /complex numbers/],
    ['CIELab', tiffFile([{ fields: { ...rgb, 262: [8] }, parts: [SCENE] }]), /CIELab/],
    ['YCbCr without JPEG', tiffFile([{ fields: { ...rgb, 262: [6] }, parts: [SCENE] }]), /YCbCr without JPEG/],
  ])('%s: UNSUPPORTED_FORMAT with the reason', async (_name, bytes, message) => {
    await expect(prepare(bytes)).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('the directory of the picture', () => {
  const big = { fields: rgb, parts: [SCENE] };
  const reduced = async (fields: Fields = {}) => ({
    fields: { ...pictureFields(24, 16, 3), ...fields },
    parts: [await small.clone().toBuffer()],
  });

  test('is the second after a thumbnail with a subfile type', async () => {
    expect(await differenceShown(tiffFile([await reduced({ 254: [1] }), big]))).toBe(0);
    expect(await differenceShown(tiffFile([await reduced({ 255: [2] }), big]))).toBe(0);
  });

  test('is the second after a thumbnail without a subfile type', async () => {
    expect(await differenceShown(tiffFile([await reduced(), big]))).toBe(0);
  });

  test('is the child of a thumbnail', async () => {
    expect(await differenceShown(tiffFile([{ ...(await reduced({ 254: [1] })), children: [big] }]))).toBe(0);
    expect(await differenceShown(tiffFile([{ ...(await reduced()), children: [big] }]))).toBe(0);
  });

  test('is the first in a pyramid and in a document', async () => {
    expect(await differenceShown(tiffFile([big, await reduced({ 254: [1] })]))).toBe(0);
    expect(await differenceShown(tiffFile([{ ...big, children: [await reduced({ 254: [1] })] }]))).toBe(0);
    const firstPage = { ...(await reduced({ 254: [2] })) };
    expect(await reader.prepare(tiffFile([firstPage, big]), LIMITS, false)).toMatchObject({ width: 24, height: 16 });
    const page = { fields: pictureFields(200, 64, 3), parts: [new Uint8Array(200 * 64 * 3)] };
    expect(await differenceShown(tiffFile([big, page]))).toBe(0);
  });
});
