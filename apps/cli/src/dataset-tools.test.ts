import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const WENTU = join(__dirname, '../bin/wentu.js');
let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'wentu-tools-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const path = (name: string): string => join(base, name);
function write(name: string, ...lines: string[]): string {
  writeFileSync(path(name), lines.map((line) => `${line}\n`).join(''));
  return path(name);
}
function wentu(...args: string[]): { code: number | null; out: string; err: string } {
  // No model, and no data folder that could be opened.
  const env = { PATH: process.env['PATH'], WENTU_MODEL: '/no/model', WENTU_DATA_DIR: path('data') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, ...args], { env, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

/**
 * Twelve images on a quarter circle. 9007199254740993 and 9007199254740992 are equal as doubles and have equal vectors.
 */
const imageIds = ['9007199254740993', '9007199254740992', '"a b.jpg"', ...[3, 4, 5, 6, 7, 8, 9, 10, 11].map(String)];
const angle = (place: number): string => `[${Math.cos(place / 10)}, ${Math.sin(place / 10)}]`;
const writeImages = (): string =>
  write('i.jsonl', ...imageIds.map((id, i) => `{"image_id": ${id}, "feature": ${angle(i === 1 ? 0 : i)}}`));
const writeTexts = (): string =>
  write('t.jsonl', `{"text_id": 1, "feature": ${angle(0)}}`, `{"feature": ${angle(11)}, "text_id": "last"}`);

test('knn ranks exactly: equal images in file order, ids with every digit; evaluate counts them', () => {
  const files = ['--image-feats', writeImages(), '--text-feats', writeTexts()];
  const knn = wentu('knn', ...files, '--output', path('p.jsonl'));
  expect(knn).toMatchObject({ code: 0, out: '', err: `results of 2 queries are in ${path('p.jsonl')}\n` });
  expect(readFileSync(path('p.jsonl'), 'utf8')).toBe(
    `{"text_id": 1, "image_ids": [${imageIds.slice(0, 10).join(', ')}]}\n` +
      `{"text_id": "last", "image_ids": [11, 10, 9, 8, 7, 6, 5, 4, 3, "a b.jpg"]}\n`,
  );
  expect(readdirSync(base)).not.toContain('data');

  const texts = write(
    'texts.jsonl',
    '{"text_id": 1, "text": "一", "image_ids": [9007199254740992]}',
    '{"text_id": "last", "text": "末", "image_ids": [6, 9007199254740993]}',
  );
  const args = ['--texts', texts, '--predictions', path('p.jsonl'), '--output', path('e.json')];
  expect(wentu('evaluate', ...args)).toEqual({
    code: 0,
    out: 'text-to-image, 2 queries: R@1 0.00  R@5 50.00  R@10 100.00  mean recall 50.00\n',
    err: '',
  });
  expect(JSON.parse(readFileSync(path('e.json'), 'utf8'))).toEqual({
    success: true,
    score: 50,
    scoreJson: { score: 50, mean_recall: 50, r1: 0, r5: 50, r10: 100 },
  });
});

test('image-to-text queries with images and is evaluated with the texts file', () => {
  const texts = Array.from({ length: 12 }, (_, i) => `{"text_id": ${i}, "feature": ${angle(i)}}`);
  const files = ['--image-feats', writeImages(), '--text-feats', write('t.jsonl', ...texts)];
  expect(wentu('knn', ...files, '--output', path('p.jsonl'), '--direction', 'image-to-text').code).toBe(0);
  const lines = readFileSync(path('p.jsonl'), 'utf8').split('\n');
  expect(lines[1]).toBe('{"image_id": 9007199254740992, "text_ids": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}');
  const answers = write('texts.jsonl', '{"text_id": 3, "image_ids": [9007199254740992]}');
  const args = ['--texts', answers, '--predictions', path('p.jsonl'), '--output', path('e.json')];
  expect(wentu('evaluate', ...args)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^image-to-text, 1 queries: R@1 0\.00 {2}R@5 100\.00/) as string,
  });
});

test('more queries than one block are answered in order', () => {
  // A block has 400 queries with this many neighbours.
  const texts = Array.from({ length: 950 }, (_, i) => `{"text_id": ${i}, "feature": ${angle(i % 12)}}`);
  const files = ['--image-feats', writeImages(), '--text-feats', write('t.jsonl', ...texts)];
  expect(wentu('knn', ...files, '--output', path('p.jsonl'), '--top-k', '10000').code).toBe(0);
  const lines = readFileSync(path('p.jsonl'), 'utf8').split('\n').slice(0, -1);
  expect(lines).toHaveLength(950);
  const listOf = (line: string | undefined): string => line?.replace(/^.*\[/, '') ?? '';
  lines.forEach((line, i) => {
    expect(line).toContain(`{"text_id": ${i}, `);
    expect(listOf(line)).toBe(listOf(lines[i % 12]));
  });
});

test('features of two models are not compared, even with equal dimensions', () => {
  write('i_feat.json', JSON.stringify({ model: 'RN50', space: 'a', dimension: 2 }));
  write('t_feat.json', JSON.stringify({ model: 'ViT-H-14', space: 'b', dimension: 2 }));
  const files = [
    '--image-feats',
    write('i_feat.jsonl', '{"image_id": 1, "feature": [1, 0]}'),
    '--text-feats',
    write('t_feat.jsonl', '{"text_id": 1, "feature": [1, 0]}'),
  ];
  expect(wentu('knn', ...files, '--output', path('p.jsonl'))).toMatchObject({
    code: 2,
    err: expect.stringMatching(/i_feat\.jsonl was made by RN50 \(space a\), .*t_feat\.jsonl by ViT-H-14/) as string,
  });
  write('t_feat.json', JSON.stringify({ model: 'RN50', space: 'a', dimension: 2 }));
  expect(wentu('knn', ...files, '--output', path('p.jsonl')).code).toBe(0);
});

test.each(['texts', 'predictions'])('an evaluation does not overwrite its %s', (input) => {
  const texts = write('texts.jsonl', '{"text_id": 1, "image_ids": [1]}');
  const predictions = write('p.jsonl', '{"text_id": 1, "image_ids": [1]}');
  const output = { texts, predictions }[input] as string;
  const before = readFileSync(output, 'utf8');
  expect(wentu('evaluate', '--texts', texts, '--predictions', predictions, '--output', output)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/is one of the files to be evaluated/) as string,
  });
  expect(readFileSync(output, 'utf8')).toBe(before);
});

test('commands on local files refuse --server', () => {
  expect(
    wentu('--server', 'http://127.0.0.1:1', 'knn', '--image-feats', 'a', '--text-feats', 'b', '--output', 'c'),
  ).toMatchObject({
    code: 2,
    err: expect.stringMatching(/wentu knn works on files of this machine.*omit --server/) as string,
  });
});

test('a bad line ends knn with its position, and no output is left', () => {
  const images = writeImages();
  const cut = write('t.jsonl', '{"text_id": 1, "feature": [1, 0]}', '{"text_id": 2, "feature": [1');
  const knn = wentu('knn', '--image-feats', images, '--text-feats', cut, '--output', path('p.jsonl'));
  expect(knn).toMatchObject({ code: 2, err: expect.stringMatching(/t\.jsonl:2: the line is not a feature/) as string });
  expect(existsSync(path('p.jsonl'))).toBe(false);
  const same = wentu('knn', '--image-feats', images, '--text-feats', cut, '--output', images);
  expect(same).toMatchObject({ code: 2, err: expect.stringMatching(/is one of the feature files/) as string });
  const other = write('t.jsonl', '{"text_id": 1, "feature": [1, 0, 0]}');
  expect(wentu('knn', '--image-feats', images, '--text-feats', other, '--output', path('p.jsonl'))).toMatchObject({
    code: 2,
    err: expect.stringMatching(/t\.jsonl contains 3-d features, .*i\.jsonl 2-d ones/) as string,
  });
  const none = wentu(
    'knn',
    '--image-feats',
    images,
    '--text-feats',
    other,
    '--top-k',
    '0',
    '--output',
    path('p.jsonl'),
  );
  expect(none).toMatchObject({ code: 2, err: expect.stringMatching(/top-k is 0/) as string });
});

test('incomplete predictions fail evaluate, and its result contains the error', () => {
  const ten = Array.from({ length: 10 }, (_, i) => i).join(', ');
  const texts = write('texts.jsonl', '{"text_id": 1, "image_ids": [1]}', '{"text_id": 2, "image_ids": [1]}');
  const predictions = write('p.jsonl', `{"text_id": 1, "image_ids": [${ten}]}`);
  const args = ['--texts', texts, '--predictions', predictions, '--output', path('e.json')];
  const message = '1 of 2 queries have no prediction, the first: 2; predict all of them';
  expect(wentu('evaluate', ...args)).toMatchObject({ code: 2, err: `wentu: ${message}\n` });
  expect(JSON.parse(readFileSync(path('e.json'), 'utf8'))).toMatchObject({ success: false, errorMsg: message });
});
