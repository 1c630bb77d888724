import { chosenFiles, droppedFiles, pictureFiles, splitBySize, totalBytes, uploadUrl, withOwnPaths } from './files';

const file = (name: string): File => new File(['x'], name);

test.each([
  ['a.JPG', true],
  ['2024/海 边.webp', true],
  ['IMG_0001.HEIC', true],
  ['IMG_0001.CR3', true],
  // The server checks the bytes.
  ['photos.2024/sku-002', true],
  ['a.txt', false],
  ['a.mp4', false],
])('%s is sent: %s', (path, expected) => {
  const one = { path, file: file(path) };
  expect(pictureFiles([one])).toEqual(expected ? { pictures: [one], others: 0 } : { pictures: [], others: 1 });
});

test.each(['.hidden.png', '.git/a.png', '@eaDir/a.jpg', '.DS_Store'])('%s is ignored and not counted', (path) => {
  expect(pictureFiles([{ path, file: file(path) }])).toEqual({ pictures: [], others: 0 });
});

test('a file with a picture type is a picture, whatever its extension', () => {
  const strange = { path: 'a.jpg_large', file: new File(['x'], 'a.jpg_large', { type: 'image/jpeg' }) };
  const none = { path: 'a.jpg_large', file: file('a.jpg_large') };
  expect(pictureFiles([strange, none])).toEqual({ pictures: [strange], others: 1 });
});

test('each name of a path is encoded in the URL', () => {
  expect(uploadUrl('/uploads/1', '相册 #1/a?b%.png')).toBe('/uploads/1/%E7%9B%B8%E5%86%8C%20%231/a%3Fb%25.png');
});

test('files with equal paths get different paths', () => {
  const names = ['image.png', 'a/image.png', 'image.png', 'image.png', 'image (2).png', 'v1.0/sku', 'v1.0/sku'];
  const files = names.map((path) => ({
    path,
    file: file(path),
  }));
  expect(withOwnPaths(files).map(({ path }) => path)).toEqual([
    'image.png',
    'a/image.png',
    'image (2).png',
    'image (3).png',
    'image (2) (2).png',
    'v1.0/sku',
    'v1.0/sku (2)',
  ]);
});

test('files over the size limit are found before they are sent', () => {
  const files = [3, 5, 4].map((size) => ({ path: `${size}.jpg`, file: new File(['x'.repeat(size)], `${size}.jpg`) }));
  const { fitting, tooLarge } = splitBySize(files, 4);
  expect([fitting, tooLarge].map((some) => some.map(({ path }) => path))).toEqual([['3.jpg', '4.jpg'], ['5.jpg']]);
  expect(totalBytes(fitting)).toBe(7);
  expect(splitBySize(files).fitting).toEqual(files);
});

test('the paths of a chosen folder start with its name', () => {
  const inFolder = Object.assign(file('b.png'), { webkitRelativePath: '旅行/b.png' });
  expect(chosenFiles([file('a.png'), inFolder]).map(({ path }) => path)).toEqual(['a.png', '旅行/b.png']);
});

/** Entries as browsers give them: in portions, the last one empty. */
function entry(path: string, inner?: object[]): object {
  const name = path.split('/').at(-1) ?? '';
  const portions = inner
    ? [inner.slice(0, 2), inner.slice(2), []].filter((p, i, all) => p.length > 0 || i === all.length - 1)
    : [];
  return {
    name,
    fullPath: path,
    isFile: !inner,
    file: (done: (f: File) => void) => done(file(name)),
    createReader: () => ({ readEntries: (done: (some: object[]) => void) => done(portions.shift() ?? []) }),
  };
}
const item = (dropped: object | null, plain: File | null = null): DataTransferItem =>
  ({ webkitGetAsEntry: () => dropped, getAsFile: () => plain }) as Partial<DataTransferItem> as DataTransferItem;

test('all files in dropped folders are found, except those that a load ignores', async () => {
  const tree = entry('/旅行', [
    entry('/旅行/a.png'),
    entry('/旅行/.git', [entry('/旅行/.git/b.png')]),
    entry('/旅行/海', [entry('/旅行/海/c.png'), entry('/旅行/海/d.txt')]),
    entry('/旅行/e.png'),
  ]);
  const found = await droppedFiles([item(tree), item(null, file('f.png')), item(null)]);
  expect(found.map(({ path }) => path)).toEqual([
    '旅行/a.png',
    '旅行/海/c.png',
    '旅行/海/d.txt',
    '旅行/e.png',
    'f.png',
  ]);
});
