import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';

const ACCEPT = { avif: 'image/avif,image/webp,*/*', webp: 'image/webp,*/*', jpeg: 'image/jpeg' };
/** Names, widths and heights: a long screenshot, an even longer one, and a panorama. */
const PICTURES = [
  ['screenshot.jpg', 790, 36_861],
  ['chat.png', 300, 60_000],
  ['panorama.jpg', 30_000, 600],
] as const;

let server: TestServer;
let another: TestServer | undefined;
let folder: string;
const urls = new Map<string, string>();
beforeAll(async () => {
  [server, folder] = await Promise.all([TestServer.start(), mkdtemp(join(tmpdir(), 'wentu-long-'))]);
  for (const [name, width, height] of PICTURES) await writeFile(join(folder, name), await striped(name, width, height));
  await writeFile(
    join(folder, 'icon.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="12"><rect width="12" height="12" fill="#00f"/></svg>',
  );
  expect((await server.load(folder)).failures).toEqual([]);
  for (const { image } of await server.search('图')) urls.set(image.imageId, image.url);
});
afterAll(async () => {
  await another?.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** A picture with a red first half (left or upper) and blue lines across, which show whether it is blurred or cut. */
async function striped(name: string, width: number, height: number): Promise<Buffer> {
  const isTall = height > width;
  const [tileWidth, tileHeight] = isTall ? [width, 100] : [100, height];
  const line = isTall ? `width="${width}" height="8"` : `width="8" height="${height}"`;
  const tile = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${tileWidth}" height="${tileHeight}"><rect width="100%" height="100%" fill="#f00"/><rect ${line} fill="#00f"/></svg>`,
  );
  const picture = sharp({ create: { width, height, channels: 3, background: '#fff' }, limitInputPixels: false });
  const tiled = picture.composite([{ input: tile, tile: true, gravity: 'northwest' }]);
  return await (name.endsWith('.png') ? tiled.png() : tiled.jpeg()).toBuffer();
}

interface Answer {
  readonly type: string | null;
  readonly vary: string | null;
  readonly etag: string | null;
  readonly cache: string | null;
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

async function get(name: string, query: string, accept: string): Promise<Answer> {
  const response = await fetch(`${server.address}${urls.get(name)!}?${query}`, { headers: { accept } });
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  const of = (header: string): string | null => response.headers.get(header);
  return {
    type: of('content-type'),
    vary: of('vary'),
    etag: of('etag'),
    cache: of('cache-control'),
    width,
    height,
    bytes,
  };
}

describe.each(PICTURES)('%s, %i × %i', (name, width, height) => {
  test.each([320, 480, 640, 790, 1_280, 2_048])('at width %i keeps its shape in every format', async (asked) => {
    const served = Math.min(asked, width);
    const etags = new Map<string | null, string | null>();
    for (const [format, accept] of Object.entries(ACCEPT)) {
      const answer = await get(name, `width=${asked}`, accept);
      expect(answer.width).toBe(served);
      expect(Math.abs(answer.height - (height * served) / width)).toBeLessThanOrEqual(1);
      // WebP and AVIF allow at most 16,383 pixels a side.
      const isLong = Math.max(answer.width, answer.height) > 16_383;
      expect(answer).toMatchObject({
        type: isLong ? 'image/jpeg' : `image/${format}`,
        vary: 'Origin, Accept',
        cache: expect.stringContaining('immutable') as string,
      });
      etags.set(answer.etag, answer.type);
    }
    // There are as many different ETags as formats, because an ETag identifies one response.
    expect(etags.size).toBe(new Set(etags.values()).size);
  });

  test('a tile is a small picture that fills it, as sharp as the original', async () => {
    const box = height > width ? ([320, 534] as const) : ([320, 145] as const);
    for (const accept of Object.values(ACCEPT)) {
      const answer = await get(name, `width=${box[0]}&height=${box[1]}`, accept);
      const fit = Math.min(1, width / box[0], height / box[1]);
      expect([answer.width, answer.height]).toEqual(box.map((side) => Math.round(side * fit)));
      expect(answer.bytes.length).toBeLessThan(60_000);
      // The blue lines are visible. In a preview of 512 pixels they would blur into one colour.
      const { channels } = await sharp(answer.bytes).stats();
      expect(channels[2]!.stdev).toBeGreaterThan(40);
    }
  });
});

inBrowser('the page', () => {
  test('the page requests small pictures for its grid, whatever their shape', async () => {
    const browser = await launch();
    try {
      const { page } = await openPage(browser, server.address);
      const sizes = new Map<string, number>();
      page.on('response', (response) => {
        if (response.url().includes('/images/'))
          sizes.set(response.url(), Number(response.headers()['content-length']));
      });
      await page.goto(`${server.address}/?q=图`);
      await page.waitForFunction(
        (most) => document.querySelectorAll('.tile-shown').length === most,
        PICTURES.length + 1,
      );
      const drawn = await page.$$eval('.tile img', (images) =>
        images.map((image) => [(image as HTMLImageElement).naturalWidth, (image as HTMLImageElement).naturalHeight]),
      );
      expect(Math.max(...drawn.flat())).toBeLessThanOrEqual(1_280);
      expect(sizes.size).toBeGreaterThanOrEqual(PICTURES.length + 1);
      for (const [url, bytes] of sizes) expect([url, bytes < 100_000]).toEqual([url, true]);
      // An open picture can be read at full size: a long one fits the width, a wide one the height.
      const opened: [number, number][] = [];
      for (let i = 0; i < PICTURES.length + 1; i++) {
        await page.locator('.grid button.tile').nth(i).click();
        const picture = page.locator('.viewer-picture');
        await page.waitForFunction(() => (document.querySelector('.viewer-picture') as HTMLImageElement)?.complete);
        const box = (await picture.boundingBox())!;
        opened.push([box.width, box.height]);
        await page.keyboard.press('Escape');
        await picture.waitFor({ state: 'detached' });
      }
      for (const [width, height] of opened) expect(Math.min(width, height)).toBeGreaterThan(150);
    } finally {
      await browser.close();
    }
  });
});

test('a height alone is a limit too', async () => {
  expect(await get('panorama.jpg', 'height=300', ACCEPT.webp)).toMatchObject({
    width: 15_000,
    height: 300,
    type: 'image/webp',
  });
  expect(await get('panorama.jpg', 'height=600', ACCEPT.webp)).toMatchObject({ width: 30_000, type: 'image/jpeg' });
});

test('a vector picture is drawn at the requested size', async () => {
  const { data, info } = await sharp((await get('icon.svg', 'width=1280', ACCEPT.webp)).bytes)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 1_280, height: 640 });
  // An enlarged picture would have a soft edge of many pixels in its middle.
  const row = Array.from({ length: 1_280 }, (_, x) => data[x * 4 + 3]!);
  expect(row.filter((alpha) => alpha > 20 && alpha < 235).length).toBeLessThan(6);
});

test('GraphQL gives the addresses, and refuses sizes that cannot be served', async () => {
  const query = (url: string): string => `{ image(imageId: "icon.svg") { url: ${url} } }`;
  const { image } = await server.data<{ image: { url: string } }>(query('url(width: 320, height: 534)'));
  expect(image.url).toBe(`${urls.get('icon.svg')!}?width=320&height=534`);
  const { errors } = await server.graphql(query('url(width: 320, height: 5000)'));
  expect(errors![0]).toMatchObject({
    extensions: { code: 'INVALID_INPUT' },
    message: expect.stringContaining('height is 5000') as string,
  });
  for (const bad of ['height=0', 'width=320&height=x', 'width=1&height=2049', 'height=1&height=2'])
    expect((await fetch(`${server.address}${urls.get('icon.svg')!}?${bad}`)).status).toBe(400);
});

test('a size that cannot be rendered is an error, and the preview does not replace it', async () => {
  const broken = await mkdtemp(join(tmpdir(), 'wentu-long-'));
  const small = (another = await TestServer.start());
  await writeFile(join(broken, 'a.jpg'), await striped('a.jpg', 3_000, 4_000));
  await small.load(broken);
  const [hit] = await small.search('图');
  // With a lower pixel limit than at the load, the decoder refuses the original.
  small.env['WENTU_MAX_PIXELS'] = '1000';
  await small.kill('SIGTERM');
  await small.restart();
  const response = await fetch(`${small.address}${hit!.image.url}?width=1280`);
  expect([response.status, response.headers.get('cache-control')]).toEqual([422, 'no-store']);
  expect(await response.json()).toEqual({
    error: expect.stringMatching(/at most 1000 are decoded \(WENTU_MAX_PIXELS\)/) as string,
  });
  await rm(broken, { recursive: true, force: true });
});
