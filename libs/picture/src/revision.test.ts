import sharp from 'sharp';
import { pixelsRevision } from './revision';
import { pngWithProfile, rgbProfile, SPACES } from './testing/icc-profile';
import { HEIGHT, SCENE, scene, WIDTH } from './testing/scene';
import { pictureFields, tiffFile, tiled } from './testing/tiff-file';

const rgb = pictureFields(WIDTH, HEIGHT, 3);
const profile = rgbProfile(SPACES['Display P3']!);
const moving = (): sharp.Sharp =>
  sharp(Buffer.concat([SCENE, SCENE.map((v) => 255 - v)]), {
    raw: { width: WIDTH, height: HEIGHT * 2, channels: 3, pageHeight: HEIGHT },
  });

test('a file whose pixels have not changed has no revision', async () => {
  const files = [
    await scene().jpeg().toBuffer(),
    await scene().png().toBuffer(),
    pngWithProfile(await scene().png().toBuffer(), profile),
    await scene().toColourspace('rgb16').png().toBuffer(),
    await scene().webp().toBuffer(),
    await scene().gif().toBuffer(),
    await scene().avif().toBuffer(),
    tiffFile([{ fields: rgb, parts: [SCENE] }]),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  ];
  expect(files.map((file) => pixelsRevision(file))).toEqual(files.map(() => ''));
});

test('a file whose pixels have changed has a revision', async () => {
  const deep = await scene().toColourspace('rgb16').png().toBuffer();
  const files = [
    pngWithProfile(deep, profile),
    await moving().webp().toBuffer(),
    await moving().gif({ loop: 0 }).toBuffer(),
    tiffFile([{ fields: { ...rgb, 322: [16], 323: [16] }, parts: tiled(SCENE, WIDTH, HEIGHT, 3, 16) }]),
    tiffFile([
      { fields: { ...pictureFields(24, 16, 3), 254: [1] }, parts: [new Uint8Array(1_152)] },
      { fields: rgb, parts: [SCENE] },
    ]),
    tiffFile([{ fields: { ...pictureFields(8, 8, 3, 16), 34675: profile }, parts: [new Uint8Array(384)] }]),
    tiffFile([{ fields: { ...pictureFields(8, 8, 4), 338: [0] }, parts: [new Uint8Array(256)] }]),
    tiffFile([{ fields: { ...pictureFields(8, 8, 1, 32), 339: [3] }, parts: [new Uint8Array(256)] }]),
  ];
  for (const file of files) expect(pixelsRevision(file)).not.toBe('');
});
