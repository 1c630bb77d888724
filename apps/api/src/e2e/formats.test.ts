import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { TestServer } from './harness';
import { writeTree } from './pictures';

const fixture = (name: string): Buffer => readFileSync(join(__dirname, '../../../../libs/picture/fixtures', name));
const teal = (): sharp.Sharp =>
  sharp({ create: { width: 96, height: 64, channels: 3, background: { r: 0, g: 128, b: 160 } } });

/** A bitmap of one colour. */
function bmp(): Buffer {
  const file = Buffer.alloc(54 + 96 * 64 * 3);
  file.write('BM', 'latin1');
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(96, 18);
  file.writeInt32LE(64, 22);
  file.writeUInt16LE(24, 28);
  for (let at = 54; at < file.length; at += 3) file.set([160, 128, 0], at);
  return file;
}

/** The boxes of a Canon RAW file, with a preview in them. */
async function cr3(): Promise<Buffer> {
  const head = Buffer.from('\0\0\0\x18ftypcrx \0\0\0\x01crx isom', 'latin1');
  return Buffer.concat([head, Buffer.alloc(64, 7), await teal().jpeg().toBuffer(), Buffer.alloc(64, 9)]);
}

let server: TestServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-formats-'));
  const tiled = await teal().tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer();
  // The tag of the compression now says ZSTD.
  const zstd = Buffer.from(tiled);
  zstd.writeUInt16LE(50_000, zstd.indexOf(Buffer.from([3, 1, 3, 0, 1, 0, 0, 0])) + 8);
  await writeTree(folder, {
    'phone.heic': fixture('scene.heic'),
    'turned.heic': fixture('turned.heic'),
    'paint.bmp': bmp(),
    'new.jxl': fixture('scene.jxl'),
    'tiles.tif': tiled,
    'zstd.tif': zstd,
    'scan.tif': await teal().resize(5_001, 5_000).tiff({ compression: 'deflate' }).toBuffer(),
    // A Canon RAW file, and a HEIC file without an extension.
    'IMG_1.CR3': await cr3(),
    photo: fixture('scene.heic'),
    'broken.heic': fixture('scene.heic').subarray(0, 900),
  });
  server = await TestServer.start();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test('loads common formats, reports the reason for others, and shows browsers a format they support', async () => {
  const job = await server.load(folder);
  expect(job).toMatchObject({ loaded: 8, failed: 2 });
  expect(job.failures).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        item: 'zstd.tif',
        code: 'UNSUPPORTED_FORMAT',
        message: expect.stringMatching(/ZSTD/) as string,
      }),
      expect.objectContaining({ item: 'broken.heic', code: 'DECODE_FAILED' }),
    ]),
  );
  const hits = await server.search('圆');
  const urlOf = (name: string): string => hits.find(({ image }) => image.imageId === name)!.image.url;
  for (const [name, width, height] of [
    ['phone.heic', 96, 64],
    ['turned.heic', 64, 96],
    ['paint.bmp', 96, 64],
    ['new.jxl', 96, 64],
    ['tiles.tif', 96, 64],
    ['IMG_1.CR3', 96, 64],
    ['photo', 96, 64],
  ] as const) {
    for (const [accept, format] of [
      ['image/avif,*/*', 'heif'],
      ['image/webp,*/*', 'webp'],
      ['image/jpeg', 'jpeg'],
    ] as const) {
      const response = await fetch(server.address + urlOf(name), { headers: { accept } });
      expect([name, response.status, response.headers.get('vary')]).toEqual([
        name,
        200,
        expect.stringMatching(/Accept/),
      ]);
      expect(await sharp(await response.arrayBuffer()).metadata()).toMatchObject({ format, width, height });
    }
    // A download is the file itself.
    const saved = await fetch(`${server.address}${urlOf(name)}?download=1`);
    expect(Buffer.from(await saved.arrayBuffer()).equals(readFileSync(join(folder, name)))).toBe(true);
    const small = await fetch(`${server.address}${urlOf(name)}?width=32`);
    expect((await sharp(await small.arrayBuffer()).metadata()).width).toBe(32);
  }
});

test('a large picture is served as JPEG, because AVIF and WebP are encoded in memory', async () => {
  const scan = (await server.search('圆')).find(({ image }) => image.imageId === 'scan.tif')!.image.url;
  const headers = { accept: 'image/avif,image/webp,*/*' };
  const whole = await fetch(server.address + scan, { headers });
  expect(whole.headers.get('content-type')).toBe('image/jpeg');
  expect(await sharp(await whole.arrayBuffer()).metadata()).toMatchObject({ width: 5_001, height: 5_000 });
  const smaller = await fetch(`${server.address}${scan}?width=2048`, { headers });
  expect(smaller.headers.get('content-type')).toBe('image/avif');
});

test('a search accepts a picture of a phone', async () => {
  const { search } = await server.data<{
    search: { edges: { node: { similarity: number; image: { imageId: string } } }[] };
  }>(
    'query ($picture: String!) { search(query: { picture: $picture }, first: 1) { edges { node { similarity image { imageId } } } } }',
    { picture: fixture('scene.heic').toString('base64') },
  );
  expect(search.edges[0]?.node.image.imageId).toMatch(/^(phone\.heic|photo|new\.jxl)$/);
  expect(search.edges[0]?.node.similarity).toBeGreaterThan(0.999);
});
