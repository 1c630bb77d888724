import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { isPictureName, PICTURE_HEAD_BYTES, pictureType } from './picture-type';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const box = (...brands: string[]): Buffer =>
  latin1(
    `\0\0\0${String.fromCharCode(8 + 4 * (brands.length + 1))}ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`,
  );

test.each([
  ['JPEG', latin1('\xff\xd8\xff\xe0\0\x10JFIF'), 'image/jpeg'],
  ['WebP', latin1('RIFF\x24\0\0\0WEBPVP8 '), 'image/webp'],
  ['AVIF', box('avif', 'mif1'), 'image/avif'],
  ['animated AVIF', box('avis', 'msf1'), 'image/avif'],
  ['AVIF with a general major brand', box('mif1', 'avif'), 'image/avif'],
  ['HEIC', box('heic', 'mif1'), 'image/heic'],
  ['HEIC with a general major brand', box('mif1', 'heic'), 'image/heic'],
  ['CR3', box('crx ', 'isom'), 'image/x-canon-cr3'],
  ['CR2', latin1('II*\0\x10\0\0\0CR\x02\0'), 'image/x-canon-cr2'],
  ['TIFF', latin1('MM\0*\0\0\0\x08'), 'image/tiff'],
  ['BigTIFF', latin1('II+\0\x08\0\0\0'), 'image/tiff'],
  ['BMP', latin1(`BM${'\0'.repeat(12)}\x28\0\0\0`), 'image/bmp'],
  ['icon', latin1(`\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\0\x04\0\0\x16\0\0\0`), 'image/x-icon'],
  ['SVG', latin1('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'],
  [
    'SVG with a prolog',
    latin1('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a -->\n<!DOCTYPE svg>\n<svg width="1">'),
    'image/svg+xml',
  ],
  ['SVG with a prefix', latin1('<?xml version="1.0"?><svg:svg xmlns:svg="x">'), 'image/svg+xml'],
  ['SVG in gzip', gzipSync('<?xml version="1.0"?><svg width="1"/>'), 'image/svg+xml-compressed'],
  [
    'SVG in gzip, only the head',
    gzipSync(`<svg width="1">${randomBytes(40_000).toString('hex')}</svg>`).subarray(0, PICTURE_HEAD_BYTES),
    'image/svg+xml-compressed',
  ],
  ['SVG in UTF-16', Buffer.from('\uFEFF<svg width="1"/>', 'utf16le'), 'image/svg+xml'],
])('%s', (_name, bytes, mimeType) => {
  expect(pictureType(bytes)).toBe(mimeType);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', latin1('BM is a short word, and so is GI')],
  ['a page with a drawing', latin1('<!DOCTYPE html><html><body><svg width="1"></svg></body></html>')],
  ['a video', box('isom', 'mp41')],
  ['a sound', latin1('RIFF\x24\0\0\0WAVEfmt ')],
  ['a font', latin1('\0\x01\0\0\0\x0f\0\x80\0\x03\0\x70GPOS\0\0\0\0\0\0')],
  ['a document', latin1('%PDF-1.7')],
  ['text in gzip', gzipSync('no picture')],
  ['bytes that start like gzip', latin1('\x1f\x8b no')],
])('%s is not a picture', (_name, bytes) => {
  expect(pictureType(bytes)).toBeNull();
});

test('distinguishes the shipped pictures from other files', () => {
  const root = join(__dirname, '../../../samples');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const pictures = files.filter((file) => isPictureName(file.name));
  expect(pictures.length).toBeGreaterThan(200);
  for (const file of files) {
    const head = readFileSync(join(file.parentPath, file.name)).subarray(0, PICTURE_HEAD_BYTES);
    expect([file.name, pictureType(head) !== null]).toEqual([file.name, isPictureName(file.name)]);
  }
});

test.each(['a.JPG', 'b.HeIc', 'c.cr2', '小狗.webp'])('%s is the name of a picture', (name) => {
  expect(isPictureName(name)).toBe(true);
});

test.each(['a.txt', 'jpg', '.jpg', 'b.mp4', 'c'])('%s is not the name of a picture', (name) => {
  expect(isPictureName(name)).toBe(false);
});
