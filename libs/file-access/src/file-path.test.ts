import { displayName, filePath, fsPath, isBelow, joinPath, parentPath } from './file-path';

/** 中文照片 in GBK. */
const GBK = Buffer.from('d6d0cec4d5d5c6ac', 'hex');

test('a UTF-8 name stays text, and other bytes survive a round trip', () => {
  expect(joinPath('/照片', Buffer.from('猫.jpg'))).toBe('/照片/猫.jpg');
  const path = joinPath('/照片', GBK);
  expect(path).toMatch(/^base64:/);
  expect(fsPath(path)).toEqual(Buffer.concat([Buffer.from('/照片/'), GBK]));
  expect(filePath(fsPath(path) as Buffer)).toBe(path);
  expect(fsPath(joinPath(path, Buffer.from('a.jpg')))).toEqual(
    Buffer.concat([Buffer.from('/照片/'), GBK, Buffer.from('/a.jpg')]),
  );
});

test('finds parents and descendants of text and byte paths', () => {
  const folder = joinPath('/a', GBK);
  const file = joinPath(folder, Buffer.from('b.jpg'));
  expect(parentPath(file)).toBe(folder);
  expect(parentPath(folder)).toBe('/a');
  expect(parentPath('/a')).toBe('/');
  expect(parentPath('/')).toBeNull();
  for (const [path, directory] of [
    [file, folder],
    [file, '/a'],
    [file, '/'],
    ['/a/b', '/a'],
    ['/a/b/c', '/a'],
  ] as const)
    expect([path, isBelow(path, directory)]).toEqual([path, true]);
  for (const [path, directory] of [
    ['/ab', '/a'],
    ['/a', '/a'],
    ['/a', '/a/b'],
    [folder, file],
  ] as const)
    expect([path, isBelow(path, directory)]).toEqual([path, false]);
});

test.each([
  [GBK, '中文照片'],
  [Buffer.from('caf\xe9.jpg', 'latin1'), 'café.jpg'],
  [Buffer.from('猫.jpg'), '猫.jpg'],
  // "fü.jpg" in a DOS code page: 0x81 has no character in Windows-1252, so it is shown as %81.
  [Buffer.from('f\x81.jpg', 'latin1'), 'f%81.jpg'],
])('a name is shown in its most probable encoding', (bytes, shown) => {
  expect(displayName(bytes)).toBe(shown);
});
