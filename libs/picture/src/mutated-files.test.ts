import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ItemError } from '@wentu/domain';
import sharp from 'sharp';
import { PicturePool } from './pool/picture-pool';
import { mutate, seeded } from './testing/mutate';
import { slowBmp } from './testing/hard-pictures';
import { HEIGHT, LIMITS, SCENE, WIDTH } from './testing/scene';

/** Files of each format; .ci/long has 500. */
const FILES = Number(process.env['WENTU_MUTATED_FILES'] ?? 6);
const SEED = Number(process.env['WENTU_MUTATED_SEED'] ?? Date.now() % 2 ** 31);
const TIMEOUT_MS = 10_000;
jest.setTimeout(FILES * 12 * 2_000 + 600_000);

const fixture = (name: string): Buffer => readFileSync(join(__dirname, '../fixtures', name));
const scene = sharp(SCENE, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
/** A PSD of one RGB layer without compression. */
function psd(): Buffer {
  const head = Buffer.alloc(26 + 12 + 2);
  head.write('8BPS', 'latin1');
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(3, 12);
  head.writeUInt32BE(HEIGHT, 14);
  head.writeUInt32BE(WIDTH, 18);
  head.writeUInt16BE(8, 22);
  head.writeUInt16BE(3, 24);
  return Buffer.concat([head, Buffer.from(SCENE)]);
}

const ORIGINALS: Readonly<Record<string, () => Promise<Uint8Array> | Uint8Array>> = {
  jpeg: () =>
    scene
      .clone()
      .jpeg()
      .withExif({ IFD0: { Model: 'a' } })
      .toBuffer(),
  'progressive jpeg': () => scene.clone().jpeg({ progressive: true }).toBuffer(),
  png: () => scene.clone().png().toBuffer(),
  webp: () => scene.clone().webp().toBuffer(),
  gif: () => scene.clone().gif().toBuffer(),
  tiff: () => scene.clone().tiff({ compression: 'lzw' }).toBuffer(),
  avif: () => scene.clone().avif({ effort: 0 }).toBuffer(),
  svg: () =>
    Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><rect width="50" height="40" fill="url(#g)"/><text x="5" y="9">a</text></svg>',
    ),
  heic: () => fixture('scene.heic'),
  'jpeg xl': () => fixture('scene.jxl'),
  bmp: () => slowBmp(64, 48),
  psd,
};

const pool = new PicturePool({ ...LIMITS, maxPixels: 4_000_000, timeoutMs: TIMEOUT_MS, maxProcesses: 2 });
afterAll(() => pool.close());

test.each(Object.keys(ORIGINALS))(
  `${FILES} damaged files of the format %s end as a picture or as one error each (seed ${SEED})`,
  async (format) => {
    const original = await (ORIGINALS[format] as () => Promise<Uint8Array> | Uint8Array)();
    const random = seeded(SEED);
    const prepare = async (file: Uint8Array): Promise<unknown> =>
      await pool.prepare(file, { ...LIMITS, maxPixels: 4_000_000 }, true, 'load');
    await prepare(original);
    const codes: Record<string, number> = {};
    await Promise.all(
      Array.from({ length: FILES }, () => mutate(original, random)).map(async (file) => {
        const code = await prepare(file).then(
          () => 'decoded',
          (error: unknown) => {
            if (error instanceof ItemError) return error.code;
            throw error;
          },
        );
        codes[code] = (codes[code] ?? 0) + 1;
      }),
    );
    if (FILES >= 100) process.stdout.write(`${format}: ${JSON.stringify(codes)}\n`);
    // The pool still works.
    await prepare(original);
  },
);
