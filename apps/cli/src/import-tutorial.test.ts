import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import mysql2, { type Connection } from 'mysql2/promise';
import sharp from 'sharp';

const MYSQL = process.env['WENTU_TEST_MYSQL_URL'] ?? '';
const MILVUS = process.env['WENTU_TEST_MILVUS_ADDRESS'] ?? process.env['WENTU_TEST_MILVUS_LITE_ADDRESS'] ?? '';
const HAS_SERVERS = MYSQL !== '' && MILVUS !== '';
if (!HAS_SERVERS) {
  if (process.env['CI_ENGINES'] === '1') throw new Error('CI_ENGINES=1 wants MySQL and Milvus');
  process.stderr.write(
    "SKIPPED: the import of a tutorial's database; it needs MySQL and Milvus (tools/engines/with.mjs)\n",
  );
}
const WENTU = join(__dirname, '../bin/wentu.js');
const COUNT = 12;
// Ids of Milvus have more digits than a double keeps.
const milvusId = (i: number): string => String(450_000_000_000_000_001n + BigInt(i));
const imageId = (i: number): string => String(1_000_092_795 + i);

(HAS_SERVERS ? describe : describe.skip)("the tutorial's service", () => {
  const name = `t_${randomBytes(6).toString('hex')}`;
  let base: string;
  let connection: Connection;
  let milvus: MilvusClient;
  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'wentu-tutorial-'));
    connection = await mysql2.createConnection(MYSQL);
    milvus = new MilvusClient({ address: MILVUS, logLevel: 'error', telemetry: { enabled: false } });
    await milvus.connectPromise;
  });
  afterAll(async () => {
    await connection.query(`DROP TABLE IF EXISTS ${name}`);
    await milvus.dropCollection({ collection_name: name });
    await connection.end();
    await milvus.closeConnection();
    rmSync(base, { recursive: true, force: true });
  });

  const wentu = (...args: string[]): { code: number | null; out: string; err: string } => {
    const env = {
      PATH: process.env['PATH'],
      WENTU_DATA_DIR: join(base, 'data'),
      WENTU_DEVICE: 'cpu',
      MILVUS_ADDRESS: MILVUS,
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, ...args], { env, encoding: 'utf8' });
    return { code: status, out: stdout, err: stderr };
  };
  const importTo = (output: string, table = name): ReturnType<typeof wentu> =>
    wentu('import-tutorial', '--mysql', MYSQL, '--table', table, '--milvus-collection', name, '--output', output);

  test('becomes a collection without encoding', async () => {
    const set = join(base, 'set');
    mkdirSync(set);
    const pictures: string[] = [];
    for (let i = 0; i < COUNT; i++) {
      const background = `hsl(${i * 30}, 80%, 50%)`;
      const png = sharp({ create: { width: 40, height: 30, channels: 3, background } }).png();
      pictures.push((await png.toBuffer()).toString('base64'));
    }
    writeFileSync(join(set, 'valid_imgs.tsv'), pictures.map((base64, i) => `${imageId(i)}\t${base64}\n`).join(''));
    writeFileSync(join(base, 'texts.jsonl'), '{"text_id": 1, "text": "红色"}\n');
    expect(wentu('features', '--images', set, '--texts', join(base, 'texts.jsonl'), '--output', set).code).toBe(0);
    const features = readFileSync(join(set, 'valid_imgs.img_feat.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { feature: number[] }).feature);

    await connection.query(`CREATE TABLE ${name} (milvus_id BIGINT, image_id BIGINT, image_data MEDIUMBLOB)`);
    for (const [i, base64] of pictures.entries()) {
      // As base64 and as bytes, since both occur.
      const data = i % 2 === 0 ? Buffer.from(base64) : Buffer.from(base64, 'base64');
      await connection.execute(`INSERT INTO ${name} VALUES (?, ?, ?)`, [milvusId(i), imageId(i), data]);
    }
    await connection.execute(`INSERT INTO ${name} VALUES (?, ?, ?)`, ['7', '77', Buffer.from(pictures[0]!)]);
    await milvus.createCollection({
      collection_name: name,
      fields: [
        { name: 'id', data_type: DataType.Int64, is_primary_key: true },
        { name: 'embedding', data_type: DataType.FloatVector, dim: features[0]!.length },
      ],
    });
    await milvus.createIndex({
      collection_name: name,
      field_name: 'embedding',
      index_type: 'FLAT',
      metric_type: 'L2',
      params: {},
    });
    await milvus.insert({
      collection_name: name,
      data: features.map((embedding, i) => ({ id: milvusId(i), embedding })),
    });
    await milvus.flush({ collection_names: [name] });

    const output = join(base, 'imported');
    const run = importTo(output);
    expect(run).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^12 images with 768-d features .* 1 skipped/) as string,
    });
    expect(run.err).toContain(`77: ${name} has no vector with the id 7`);
    expect(wentu('load', output, '-c', 'imported', '--features-model', 'wentu-mini').out).toMatch(
      /^succeeded: 12 loaded/,
    );
    expect(wentu('load', set, '-c', 'direct').out).toMatch(/^succeeded: 12 loaded/);
    const found = (collection: string): { imageId: string; distance: number }[] =>
      JSON.parse(wentu('search', '红色', '-c', collection, '--json').out) as { imageId: string; distance: number }[];
    const brief = (hits: { imageId: string; distance: number }[]): [string, number][] =>
      hits.map((hit) => [hit.imageId, Number(hit.distance.toFixed(5))]);
    expect(brief(found('imported'))).toEqual(brief(found('direct')));
  });

  test('a missing table or collection is an error and leaves no partial dataset', async () => {
    expect(importTo(join(base, 'x'), 'no_such_table')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/has no table no_such_table/) as string,
    });
    expect(existsSync(join(base, 'x/valid_imgs.tsv'))).toBe(false);
    expect(importTo(join(base, 'imported'))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/is not empty/) as string,
    });
  });
});
