import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scene } from '../testing/scene';
import { estimateWork } from './estimate-work';

test('the work of a file is estimated by its header', async () => {
  const size = scene().resize(300, 200);
  for (const file of [await size.clone().jpeg().toBuffer(), await size.clone().png().toBuffer()])
    expect(estimateWork(file)).toEqual({ pixels: 60_000, bytes: 180_000, isSlow: false });
  const webp = await size.clone().webp().toBuffer();
  expect(estimateWork(webp)).toMatchObject({ pixels: webp.length * 8, isSlow: false });
});

test('formats that may take seconds are slow; a file that is not a picture is not', () => {
  const heic = readFileSync(join(__dirname, '../../fixtures/scene.heic'));
  expect(estimateWork(heic).isSlow).toBe(true);
  expect(estimateWork(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')).isSlow).toBe(true);
  expect(estimateWork(Buffer.from('text'))).toMatchObject({ isSlow: false });
  // A file that ends before its size.
  expect(estimateWork(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))).toEqual({ pixels: 0, bytes: 0, isSlow: false });
});
