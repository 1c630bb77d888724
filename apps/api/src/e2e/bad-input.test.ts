import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { TestServer } from './harness';
import { picture, seeded, writeTree } from './pictures';

let server: TestServer;
let root: string;
let outside: string;
let dimension: number;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wentu-root-'));
  outside = await mkdtemp(join(tmpdir(), 'wentu-outside-'));
  server = await TestServer.start({ WENTU_LOAD_ROOTS: root, WENTU_MAX_PIXELS: '20000000' });
  dimension = (await server.data<{ serverInfo: { dimension: number } }>('{ serverInfo { dimension } }')).serverInfo
    .dimension;
});
afterAll(async () => {
  await server.close();
  for (const folder of [root, outside]) await rm(folder, { recursive: true, force: true });
});

async function folder(files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const made = await mkdtemp(join(root, 'set-'));
  await writeTree(made, files);
  return made;
}
async function codeOf(query: string, variables: object = {}): Promise<string | undefined> {
  const { errors } = await server.graphql(query, variables);
  expect(errors?.[0]?.message).toBeTruthy();
  expect(JSON.stringify(errors)).not.toMatch(/node_modules|at \w+ \(/);
  return errors?.[0]?.extensions.code;
}
const ledger = (job: { failures: readonly { item: string; code: string }[] }): string[] =>
  job.failures.map(({ item, code }) => `${item} ${code}`).sort();

describe('a search', () => {
  const search =
    '($text: String!, $topK: Int, $collection: String! = "default") { searchImages(text: $text, topK: $topK, collection: $collection) { distance } }';
  test.each([
    ['empty text', { text: '' }, 'INVALID_INPUT'],
    ['blank text', { text: ' \n' }, 'INVALID_INPUT'],
    ['text of 100,000 characters', { text: '狗'.repeat(100_000) }, 'INVALID_INPUT'],
    ['topK 0', { text: '狗', topK: 0 }, 'INVALID_INPUT'],
    ['topK −1', { text: '狗', topK: -1 }, 'INVALID_INPUT'],
    ['topK 10⁹', { text: '狗', topK: 1_000_000_000 }, 'INVALID_INPUT'],
    ['an unknown collection', { text: '狗', collection: '没有' }, 'NOT_FOUND'],
  ])(
    '%s is refused',
    async (_name, { topK = 10, ...variables }: { text: string; topK?: number; collection?: string }, code) => {
      expect(await codeOf(`query ${search.replace('$topK: Int,', '$topK: Int!,')}`, { topK, ...variables })).toBe(code);
    },
  );

  const dense = `{"query":"{ __typename }","variables":{"a":[${'[],'.repeat(4_000_000)}1]}}`;
  const inPieces = (text: string): ReadableStream => new Blob([text]).stream();
  test.each([
    ['larger than WENTU_MAX_BODY_BYTES', JSON.stringify({ query: '{ __typename }', extensions: 'x'.repeat(17e6) })],
    ['large because of a text', JSON.stringify({ query: '{ __typename }', variables: { text: '狗'.repeat(500_000) } })],
    ['large because of its brackets', dense],
    ['large and without a Content-Length', inPieces(JSON.stringify({ query: '{ __typename }', a: 'x'.repeat(2e6) }))],
  ])('a request that is %s is refused with 413 and the setting', async (_what, body) => {
    const response = await fetch(`${server.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      ...(typeof body === 'string' ? {} : { duplex: 'half' }),
    });
    expect(response.status).toBe(413);
    const message = expect.stringContaining('WENTU_MAX_BODY_BYTES') as string;
    expect(await response.json()).toMatchObject({ errors: [{ message, extensions: { code: 'LIMIT_EXCEEDED' } }] });
  });

  test('refuses queries that are too long, too deep or have too many aliases', async () => {
    const aliases = `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: searchImages(text: "狗") { distance }`).join(' ')} }`;
    expect(await codeOf(aliases)).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await codeOf(`{ ${'__typename '.repeat(3_000)} }`)).toBe('GRAPHQL_PARSE_FAILED');
    // The schema has few levels. Only introspection has deep types, and graphql-js limits its depth.
    const type = `${'fields { type { '.repeat(8)}name${' } }'.repeat(8)}`;
    expect(await codeOf(`{ __schema { types { ${type} } } }`)).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('a directory', () => {
  const load = 'mutation ($directory: String!) { loadCollection(directory: $directory, wait: true) { status } }';
  test('outside the roots is FORBIDDEN, also through .. or a link, and whether it exists or not', async () => {
    await symlink(outside, join(root, 'link'));
    await writeTree(outside, { 'a.png': await picture(1) });
    for (const directory of [
      '/etc',
      '/no/such/place',
      outside,
      join(root, '..'),
      `${root}/../../../etc`,
      join(root, 'link'),
    ]) {
      expect([directory, await codeOf(load, { directory })]).toEqual([directory, 'FORBIDDEN']);
    }
  });
  test('that is a file, does not exist, is empty or is not an absolute path is refused', async () => {
    const file = join(root, 'file.png');
    await writeFile(file, await picture(1));
    expect(await codeOf(load, { directory: file })).toBe('INVALID_INPUT');
    expect(await codeOf(load, { directory: join(root, 'nope') })).toBe('NOT_FOUND');
    expect(await codeOf(load, { directory: await folder({}) })).toBe('INVALID_INPUT');
    expect(await codeOf(load, { directory: await folder({ 'notes.txt': 'no picture' }) })).toBe('INVALID_INPUT');
    expect(await codeOf(load, { directory: 'pictures' })).toBe('INVALID_INPUT');
    expect(await codeOf(load, { directory: `${root}\u0000` })).toBe('INVALID_INPUT');
  });
  test('with several splits but no `valid` is refused with the names of the splits; an unknown split too', async () => {
    const directory = await folder({ 'train_imgs.tsv': '1\tAAAA\n', 'test_imgs.tsv': '1\tAAAA\n' });
    const { errors } = await server.graphql(load, { directory });
    expect(errors![0]).toMatchObject({
      extensions: { code: 'INVALID_INPUT' },
      message: expect.stringContaining('test_imgs.tsv, train_imgs.tsv') as string,
    });
    const split = 'mutation ($directory: String!) { loadCollection(directory: $directory, split: "dev") { status } }';
    expect(await codeOf(split, { directory })).toBe('NOT_FOUND');
  });
  test('refuses a collection name that is blank, too long or has invisible characters', async () => {
    const directory = await folder({ 'a.png': await picture(1) });
    for (const collection of ['', ' ', ' a', 'a\nb', '长'.repeat(129), 'samples\u200B', '\u202Ea']) {
      const query =
        'mutation ($directory: String!, $collection: String!) { loadCollection(directory: $directory, collection: $collection) { id } }';
      expect(await codeOf(query, { directory, collection })).toBe('INVALID_INPUT');
    }
  });
});

describe('in a folder', () => {
  test('each broken picture is one line of the ledger, and the other pictures are loaded', async () => {
    const jpeg = await picture(3, 120, 'jpeg');
    const directory = await folder({
      'good.png': await picture(1),
      'deep/er/good.jpg': jpeg,
      'one pixel.png': await picture(2, 1),
      'truncated.jpg': jpeg.subarray(0, jpeg.length / 2),
      'text.jpg': 'this is not a picture',
      'empty.png': '',
      'bomb.png': pngHeader(30_000, 30_000),
      'scan.bmp': 'BM, but this is not a bitmap',
      'notes.txt': 'ignored',
      '.hidden.png': await picture(4),
    });
    const job = await server.load(directory, { collection: 'broken' });
    expect(job).toMatchObject({ status: 'PARTIAL', total: 8, processed: 8, loaded: 3, failed: 5 });
    expect(ledger(job)).toEqual([
      'bomb.png TOO_LARGE',
      'empty.png EMPTY_FILE',
      'scan.bmp UNSUPPORTED_FORMAT',
      'text.jpg UNSUPPORTED_FORMAT',
      'truncated.jpg DECODE_FAILED',
    ]);
    expect((await server.search('狗', 'broken')).map(({ image }) => image.imageId).sort()).toEqual([
      'deep/er/good.jpg',
      'good.png',
      'one pixel.png',
    ]);
  });

  test('a picture that breaks later keeps the version that was loaded', async () => {
    const directory = await folder({ 'a.png': await picture(1), 'b.png': await picture(2) });
    await server.load(directory, { collection: 'later' });
    await writeFile(join(directory, 'a.png'), 'broken');
    expect(await server.load(directory, { collection: 'later' })).toMatchObject({
      loaded: 0,
      skipped: 1,
      failed: 1,
      removed: 0,
    });
    expect(await server.search('狗', 'later')).toHaveLength(2);
    const { url } = (await server.search('狗', 'later')).find(({ image }) => image.imageId === 'a.png')!.image;
    const preview = await fetch(`${server.address}${url}`);
    expect([preview.status, preview.headers.get('content-type'), preview.headers.get('cache-control')]).toEqual([
      200,
      'image/jpeg',
      'private, max-age=60',
    ]);
  });
});

describe('in a tsv', () => {
  test('bad rows are lines of the ledger; ids above 2^53 and url-safe base64 are loaded correctly', async () => {
    const base64 = async (seed: number): Promise<string> => (await picture(seed)).toString('base64');
    const rows = [
      `9007199254740993\t${await base64(1)}`,
      `9007199254740992\t${(await picture(2)).toString('base64url')}`,
      'no tab here',
      `3\t${(await base64(3)).slice(0, 50)}!!!`,
      `\t${await base64(4)}`,
      `9007199254740993\t${await base64(5)}`,
      '6\t',
      `7\t${Buffer.from('no picture').toString('base64')}`,
      `${'长'.repeat(513)}\t${await base64(8)}`,
      `末尾\t${await base64(9)}`,
    ];
    const directory = await folder({ 'valid_imgs.tsv': rows.join('\r\n') });
    const job = await server.load(directory, { collection: 'tsv' });
    expect(job).toMatchObject({ status: 'PARTIAL', total: 10, loaded: 3, failed: 7 });
    expect(ledger(job)).toEqual([
      'valid_imgs.tsv:3 BAD_ROW',
      'valid_imgs.tsv:4 BAD_BASE64',
      'valid_imgs.tsv:5 BAD_ID',
      'valid_imgs.tsv:6 DUPLICATE_ID',
      'valid_imgs.tsv:7 EMPTY_FILE',
      'valid_imgs.tsv:8 UNSUPPORTED_FORMAT',
      'valid_imgs.tsv:9 BAD_ID',
    ]);
    expect((await server.search('狗', 'tsv')).map(({ image }) => image.imageId).sort()).toEqual([
      '9007199254740992',
      '9007199254740993',
      '末尾',
    ]);
    const { image } = await server.data<{ image: { data: string } }>(
      '{ image(collection: "tsv", imageId: "9007199254740993") { data } }',
    );
    expect(image.data).toBe(await base64(1));
  });
});

describe('features computed elsewhere', () => {
  const random = seeded(5);
  const unit = (size: number): number[] => {
    const values = Array.from({ length: size }, () => random() - 0.5);
    const norm = Math.hypot(...values);
    return values.map((value) => value / norm);
  };

  test('are loaded unchanged; a bad feature is a line of the ledger', async () => {
    const ids = ['9007199254740993', '2', '3', '4', '5', '6', '7'];
    const pictures = await Promise.all(ids.map(async (id, i) => `${id}\t${(await picture(i)).toString('base64')}`));
    pictures.push(`8\t${Buffer.from('no picture').toString('base64')}`);
    pictures.push(`9\t${(await picture(9)).subarray(0, -40).toString('base64')}`);
    const line = (id: string, feature: unknown[]): string => `{"image_id": ${id}, "feature": [${feature.join(', ')}]}`;
    const good = [unit(16), unit(16)];
    const features = [
      line('2', good[1]!),
      line('3', unit(15)),
      line('4', [...unit(15), 'NaN']),
      line('5', [...unit(15), '-Infinity']),
      line('9007199254740993', good[0]!),
      line('2', unit(16)),
      line('10', unit(16)),
      line('6', new Array(16).fill(0)),
      '{"image_id": 7, "feature": [0.1,',
      line('8', unit(16)),
      line('9', unit(16)),
    ];
    const directory = await folder({
      'valid_imgs.tsv': `${pictures.join('\n')}\n`,
      'valid_imgs.img_feat.jsonl': `${features.join('\n')}\n`,
    });
    const job = await server.load(directory, { collection: 'features', featuresModel: 'another-model' });
    expect(job).toMatchObject({ status: 'PARTIAL', loaded: 2, failed: 10, total: 12 });
    expect(ledger(job)).toEqual([
      'valid_imgs.img_feat.jsonl:10 UNSUPPORTED_FORMAT',
      'valid_imgs.img_feat.jsonl:11 DECODE_FAILED',
      'valid_imgs.img_feat.jsonl:2 BAD_FEATURE',
      'valid_imgs.img_feat.jsonl:3 BAD_FEATURE',
      'valid_imgs.img_feat.jsonl:4 BAD_FEATURE',
      'valid_imgs.img_feat.jsonl:6 DUPLICATE_ID',
      'valid_imgs.img_feat.jsonl:7 NO_IMAGE',
      'valid_imgs.img_feat.jsonl:8 BAD_FEATURE',
      'valid_imgs.img_feat.jsonl:9 BAD_ROW',
      'valid_imgs.tsv:7 BAD_FEATURE',
    ]);
    const search = await server.graphql('{ searchImages(text: "狗", collection: "features") { distance } }');
    expect(search.errors![0]).toMatchObject({
      extensions: { code: 'INDEX_MISMATCH' },
      message: expect.stringContaining('another-model') as string,
    });
  });

  test('of another dimension or clearly of another model are all refused', async () => {
    const tsv = (
      await Promise.all([1, 2, 3].map(async (id) => `${id}\t${(await picture(id)).toString('base64')}\n`))
    ).join('');
    const jsonl = (size: number): string =>
      [1, 2, 3].map((id) => `${JSON.stringify({ image_id: id, feature: unit(size) })}\n`).join('');
    const load =
      'mutation ($directory: String!) { loadCollection(collection: "x", directory: $directory, wait: true) { status error { code } } }';
    const other = await folder({ 'valid_imgs.tsv': tsv, 'valid_imgs.img_feat.jsonl': jsonl(16) });
    expect(await codeOf(load, { directory: other })).toBe('INDEX_MISMATCH');
    const same = await folder({ 'valid_imgs.tsv': tsv, 'valid_imgs.img_feat.jsonl': jsonl(dimension) });
    expect(await server.load(same, { collection: 'x' })).toMatchObject({
      status: 'FAILED',
      loaded: 0,
      error: { code: 'INDEX_MISMATCH' },
    });
  });

  test('of another space are refused in an existing collection', async () => {
    const tsv = `1\t${(await picture(1)).toString('base64')}\n`;
    const pictures = await folder({ 'a.png': await picture(1) });
    await server.load(pictures, { collection: 'ours' });
    const directory = await folder({
      'valid_imgs.tsv': tsv,
      'valid_imgs.img_feat.jsonl': `${JSON.stringify({ image_id: 1, feature: unit(dimension) })}\n`,
    });
    const load =
      'mutation ($directory: String!) { loadCollection(collection: "ours", directory: $directory, featuresModel: "other") { id } }';
    expect(await codeOf(load, { directory })).toBe('INDEX_MISMATCH');
  });
});

/** A PNG whose header has a size far above the limit; its data is one row. */
function pngHeader(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(width * 3 + 1))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
