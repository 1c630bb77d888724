import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scene } from '../testing/scene';
import { guessWork } from './guess-work';

test('how much work a file is, by its header', async () => {
  const size = scene().resize(300, 200);
  for (const file of [await size.clone().jpeg().toBuffer(), await size.clone().png().toBuffer()])
    expect(guessWork(file)).toEqual({ pixels: 60_000, bytes: 180_000, isSlow: false });
  const webp = await size.clone().webp().toBuffer();
  expect(guessWork(webp)).toMatchObject({ pixels: webp.length * 8, isSlow: false });
});

test('formats that may take seconds are slow, and what is no picture is not', () => {
  const heic = readFileSync(join(__dirname, '../../fixtures/scene.heic'));
  expect(guessWork(heic).isSlow).toBe(true);
  expect(guessWork(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')).isSlow).toBe(true);
  expect(guessWork(Buffer.from('text'))).toMatchObject({ isSlow: false });
  // A head without a size.
  expect(guessWork(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))).toEqual({ pixels: 0, bytes: 0, isSlow: false });
});
