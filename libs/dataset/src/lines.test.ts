import { writeFile } from 'node:fs/promises';
import { countLines, readLines } from './lines';
import { TempFolder } from './testing/temp-folder';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(() => folder.remove());

async function read(content: string | Buffer, maxBytes = 1_000_000): Promise<(string | number)[][]> {
  const path = await folder.write('a.txt', content);
  const lines: (string | number)[][] = [];
  for await (const line of readLines(path, maxBytes)) {
    const { number, offset, lengthBytes } = line;
    const text = line.bytes?.toString() ?? 'too long';
    if (line.bytes) expect(Buffer.from(content).toString('utf8', offset, offset + lengthBytes)).toBe(text);
    lines.push([number, text]);
  }
  expect(await countLines(path)).toBe(lines.length);
  return lines;
}

test.each([
  ['LF', 'a\nbc\n'],
  ['CRLF', 'a\r\nbc\r\n'],
  ['no last line end', 'a\nbc'],
  ['a byte order mark', '\ufeffa\nbc\n'],
  ['a lone CR at the end', 'a\nbc\r'],
])('lines with %s give the same bytes, with their offset in the file', async (_, content) => {
  expect(await read(content)).toEqual([
    [1, 'a'],
    [2, 'bc'],
  ]);
});

test('empty lines are skipped but count in the line numbers', async () => {
  expect(await read('\n\r\na\n\nb\n\n\r\n')).toEqual([
    [3, 'a'],
    [5, 'b'],
  ]);
  expect(await read('')).toEqual([]);
});

test('lines may cross the boundary of two reads', async () => {
  const texts = [100, 300_000, 1, 262_143, 262_144, 700_000, 5].map((length, i) => String(i).repeat(length));
  for (const end of ['\n', '\r\n']) {
    expect(await read(texts.join(end) + end)).toEqual(texts.map((text, i) => [i + 1, text]));
  }
});

test('a line over the limit has no bytes, and the next one is complete', async () => {
  expect(await read(`${'x'.repeat(600_000)}\nab\n${'y'.repeat(11)}\n${'z'.repeat(10)}\n`, 10)).toEqual([
    [1, 'too long'],
    [2, 'ab'],
    [3, 'too long'],
    [4, 'zzzzzzzzzz'],
  ]);
});

test('a line of several times the limit is skipped in the memory of one limit', async () => {
  const path = await folder.write('a.txt', `${'x'.repeat(20_000_000)}\nab\n`);
  const before = process.memoryUsage().arrayBuffers;
  for await (const { number, bytes, lengthBytes } of readLines(path, 1_000_000)) {
    expect([number, bytes?.toString(), lengthBytes]).toEqual(number === 1 ? [1, undefined, 20_000_000] : [2, 'ab', 2]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
  }
});

test('a missing file and a folder are typed errors', async () => {
  await expect(countLines(`${folder.path}/none`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(countLines(folder.path)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('reading is lazy, and the file is closed when the caller stops', async () => {
  const path = await folder.write('a.txt', 'line\n'.repeat(1_000_000));
  const lines = readLines(path, 100);
  await lines.next();
  await writeFile(path, 'line\n');
  let count = 1;
  for await (const line of lines) count += line.lengthBytes > 0 ? 1 : 0;
  expect(count).toBeLessThan(500_000);

  const stopped = readLines(path, 100);
  await stopped.next();
  await stopped.return(undefined);
  while ((await folder.openFiles()).length > 0) await new Promise(setImmediate);
});
