import { commonFolder, nameOfFolder, validName } from './collection-name';

test.each([
  ['/home/me/Pictures/西藏 2024', '西藏 2024'],
  ['/srv/photos/trips/', 'trips'],
  ['D:\\照片\\婚礼', '婚礼'],
  ['/home/me/Pictures', 'me Pictures'],
  ['/media/card/DCIM/100CANON', '100CANON'],
  ['/', ''],
  ['C:\\', ''],
  ['/a/\u200b 春\u0007节 ', '春节'],
])('the pictures of %j are proposed for a collection %j', (path, name) => {
  expect(nameOfFolder(path)).toBe(name);
});

test('a name has at most 128 characters, also of two code units each, and no space at its ends', () => {
  expect([...validName('𠮷'.repeat(200))]).toHaveLength(128);
  expect(validName(`${'a'.repeat(127)} b`)).toBe('a'.repeat(127));
});

test('files of one folder have it in common; loose files and those of two folders have none', () => {
  expect(commonFolder([{ path: '春节/a.jpg' }, { path: '春节/晚上/b.jpg' }])).toBe('春节');
  expect(commonFolder([{ path: 'a.jpg' }, { path: '春节/b.jpg' }])).toBeNull();
  expect(commonFolder([{ path: 'a/1.jpg' }, { path: 'b/2.jpg' }])).toBeNull();
  expect(commonFolder([{ path: 'a.jpg' }])).toBeNull();
  expect(commonFolder([])).toBeNull();
});
