import { safeFileName, UniqueNames } from './file-names';

test.each([
  ['a/b/小狗.jpg', 'image/jpeg', '小狗.jpg'],
  ['../../etc/passwd', 'image/png', 'passwd.png'],
  ['/..', 'image/png', '_.png'],
  ['C:\\x\\y.png', 'image/png', 'C__x_y.png'],
  ['CON.jpg', 'image/jpeg', '_CON.jpg'],
  ['nul', 'image/gif', '_nul.gif'],
  ['com1.tar.png', 'image/png', '_com1.tar.png'],
  ['.hidden', 'image/webp', 'hidden.webp'],
  ['  a . .png', 'image/png', 'a.png'],
  ['a\nb\u202egnp.exe.jpg', 'image/jpeg', 'a_b_gnp.exe.jpg'],
  ['cafe\u0301.jpg', 'image/jpeg', 'caf\u00e9.jpg'],
  ['1234', 'image/jpeg', '1234.jpg'],
  ['half\ud83d', 'image/jpeg', 'half_.jpg'],
  ['f', 'image/x-canon-cr3', 'f.cr3'],
  ['g', 'image/svg+xml-compressed', 'g.svgz'],
  ['IMG.JPG', 'image/jpeg', 'IMG.JPG'],
  ['a.html', 'image/svg+xml', 'a.html.svg'],
  ['setup.exe', 'image/png', 'setup.exe.png'],
  ['sku-1.5', 'image/jpeg', 'sku-1.5.jpg'],
  ['a.jpg.', 'image/jpeg', 'a.jpg.jpg'],
  ['🐶'.repeat(100), 'image/png', `${'🐶'.repeat(49)}.png`],
])('%j is stored as a file', (imageId, mimeType, name) => {
  expect(safeFileName(imageId, mimeType)).toBe(name);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
});

test('equal names get numbers, also when case is all that differs or a numbered name exists', () => {
  const names = new UniqueNames();
  expect(['a.jpg', 'a (2).jpg', 'A.jpg', 'a.jpg', 'b', 'b', 'a (2).jpg'].map((name) => names.add(name))).toEqual([
    ...['a.jpg', 'a (2).jpg', 'A (3).jpg', 'a (4).jpg', 'b', 'b (2)', 'a (2) (2).jpg'],
  ]);
  const many = new UniqueNames();
  expect(new Set(Array.from({ length: 10_000 }, () => many.add('x.png'))).size).toBe(10_000);
});
