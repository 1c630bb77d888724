import { downloadName } from './download-name';

const nameOf = (imageId: string, mimeType = 'image/jpeg'): string => downloadName({ imageId, mimeType });

test.each([
  ['旅行/2024/海 边.JPG', '海 边.JPG'],
  ['IMG_1.heic', 'IMG_1.heic'],
  ['1234', '1234.jpg'],
  ['http://a.example/x?y=1', 'x_y=1.jpg'],
  ['.hidden.png', 'hidden.png'],
  ['a/..', 'picture.jpg'],
  ['a/', 'picture.jpg'],
  ['b\u202egpj.exe.jpg', 'b_gpj.exe.jpg'],
  ['a\r\nSet-Cookie: x=1.jpg', 'a_Set-Cookie_ x=1.jpg'],
  ['"quoted".png', '_quoted_.png'],
  ['\ud800.png', '\ufffd.png'],
])('%j is saved as %s', (imageId, name) => expect(nameOf(imageId)).toBe(name));

test('a long name is cut, not inside a character, and keeps its ending', () => {
  const name = nameOf(`${'𠮷'.repeat(100)}.webp`);
  expect(name.endsWith('.webp')).toBe(true);
  expect(Buffer.from(name).toString()).toBe(name);
  expect(Buffer.byteLength(name)).toBeLessThan(255);
});
