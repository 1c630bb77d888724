import sharp from 'sharp';
import { differenceSeen, HEIGHT, LIMITS, meanDifference, reader, SCENE, scene, WIDTH } from '../testing/scene';
import { pictureFields, tiffFile, type Directory } from '../testing/tiff-file';

const sensor: Directory = {
  fields: { ...pictureFields(WIDTH * 2, HEIGHT * 2, 1, 16), 262: [32_803] },
  parts: [new Uint8Array(WIDTH * HEIGHT * 8).fill(3)],
};
let jpeg: Buffer;
let thumbnail: Buffer;
beforeAll(async () => {
  jpeg = await scene().jpeg({ quality: 95 }).toBuffer();
  thumbnail = await scene().negate().resize(24, 16).jpeg().toBuffer();
});

const inStrip = (file: Buffer, width: number, height: number): Directory => ({
  fields: { ...pictureFields(width, height, 3), 254: [1], 259: [7], 262: [6] },
  parts: [file],
});
const text = (value: string): Uint8Array => Buffer.from(`${value}\0`, 'latin1');

async function expectScene(file: Uint8Array, mimeType: string): Promise<void> {
  const prepared = await reader.prepare(file, LIMITS, true);
  expect(prepared).toMatchObject({ mimeType, width: WIDTH, height: HEIGHT });
  expect(await differenceSeen(file)).toBeLessThan(4);
  const shown = await (await reader.open(file)).pixels().resize(32, 32, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  expect(meanDifference(shown, prepared.pixels)).toBeLessThan(4);
  expect(await reader.inspect(file, LIMITS)).toMatchObject({ mimeType, width: WIDTH, height: HEIGHT });
}

test.each([
  ['NIKON CORPORATION', 'image/x-nikon-nef'],
  ['SONY', 'image/x-sony-arw'],
  ['PENTAX', 'image/x-pentax-pef'],
  ['SAMSUNG', 'image/x-samsung-srw'],
])('the largest JPEG of a %s file is used', async (make, mimeType) => {
  const file = tiffFile([
    {
      ...inStrip(thumbnail, 24, 16),
      fields: { ...inStrip(thumbnail, 24, 16).fields, 271: text(make) },
      children: [inStrip(jpeg, WIDTH, HEIGHT), sensor],
    },
  ]);
  await expectScene(file, mimeType);
});

test('the preview of a DNG in several strips is decoded', async () => {
  const halves = await Promise.all(
    [0, HEIGHT / 2].map((top) =>
      scene()
        .extract({ left: 0, top, width: WIDTH, height: HEIGHT / 2 })
        .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
        .toBuffer(),
    ),
  );
  const preview = {
    fields: { ...pictureFields(WIDTH, HEIGHT, 3), 254: [1], 259: [7], 262: [6], 278: [HEIGHT / 2], 530: [1, 1] },
    parts: halves,
  };
  const main = {
    fields: { ...pictureFields(24, 16, 3), 254: [1], 50706: [1, 4, 0, 0] },
    parts: [new Uint8Array(1_152)],
  };
  await expectScene(tiffFile([{ ...main, children: [sensor, preview] }]), 'image/x-adobe-dng');
});

test('a CR2 is detected by its signature', async () => {
  const file = tiffFile([inStrip(jpeg, WIDTH, HEIGHT), sensor]);
  file.write('CR\x02\0', 8, 'latin1');
  await expectScene(file, 'image/x-canon-cr2');
});

test('the JPEG in CR3 and RAF, which are not TIFFs, is found', async () => {
  const lossless = Buffer.from([0xff, 0xd8, 0xff, 0xc3, 0, 11, 14, 16, 0, 16, 0, 1, 1, 0x11, 0, 0xff, 0xda, 0, 2]);
  const cr3 = Buffer.concat([
    Buffer.from('\0\0\0\x18ftypcrx \0\0\0\x01crx isom', 'latin1'),
    Buffer.alloc(100, 7),
    thumbnail,
    jpeg,
    lossless,
    Buffer.alloc(100, 9),
  ]);
  await expectScene(cr3, 'image/x-canon-cr3');
  const raf = Buffer.concat([
    Buffer.from('FUJIFILMCCD-RAW 0201', 'latin1'),
    Buffer.alloc(140),
    jpeg,
    Buffer.alloc(500, 5),
  ]);
  await expectScene(raf, 'image/x-fuji-raf');
});

test('the JPEG in the private tag of RW2 is found', async () => {
  const file = tiffFile([{ ...sensor, fields: { ...sensor.fields, 46: jpeg } }], 'IIU\0');
  await expectScene(file, 'image/x-panasonic-rw2');
});

describe('the preview is rotated once', () => {
  const turnedScene = async (): Promise<Buffer> => await scene().rotate(90).png().toBuffer();
  const nef = (file: Buffer, orientation?: number): Buffer =>
    tiffFile([
      {
        fields: {
          ...pictureFields(24, 16, 3),
          254: [1],
          271: text('NIKON'),
          ...(orientation ? { 274: [orientation] } : {}),
        },
        parts: [new Uint8Array(1_152)],
        children: [inStrip(file, WIDTH, HEIGHT), sensor],
      },
    ]);

  test.each([
    ['the preview has no orientation', undefined],
    ['the preview has the orientation of the RAW file', 6],
    ['the preview has another orientation than the RAW file', 3],
  ])('%s', async (_name, own) => {
    const preview =
      own === undefined ? jpeg : await sharp(jpeg).withMetadata({ orientation: own }).jpeg({ quality: 95 }).toBuffer();
    const { width, height, pixels } = await reader.prepare(nef(preview, 6), LIMITS, false);
    expect([width, height]).toEqual([HEIGHT, WIDTH]);
    expect(meanDifference(pixels, (await reader.prepare(await turnedScene(), LIMITS, false)).pixels)).toBeLessThan(4);
  });

  test('only the preview has an orientation', async () => {
    const preview = await sharp(jpeg).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    const { width, height } = await reader.prepare(nef(preview), LIMITS, false);
    expect([width, height]).toEqual([HEIGHT, WIDTH]);
  });
});

test('a file with sensor data only is UNSUPPORTED_FORMAT', async () => {
  const file = tiffFile([{ ...sensor, fields: { ...sensor.fields, 271: text('NIKON') } }]);
  await expect(reader.prepare(file, LIMITS, true)).rejects.toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
    message: expect.stringMatching(/NEF \(RAW\) file has no JPEG preview/) as string,
  });
});

test('an ordinary TIFF with the same make is not a RAW file', async () => {
  const file = tiffFile([{ fields: { ...pictureFields(WIDTH, HEIGHT, 3), 271: text('NIKON') }, parts: [SCENE] }]);
  expect(await reader.prepare(file, LIMITS, false)).toMatchObject({ mimeType: 'image/tiff' });
});
