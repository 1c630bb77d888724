// What a picture costs in the metadata store, and, with --serve, in the memory of a server that starts on it. Rows are made
// up (random unit vectors, paths of 40 characters) and written by the store itself, in the batches of a load.
//   node tools/bench/store-size.mjs ROWS DIMENSION [PREVIEW_BYTES] [--serve]     after npx nx build api; Linux
// SQLite, or the empty MySQL database that WENTU_TEST_MYSQL_URL names (tools/engines/with.mjs); --serve is for SQLite, at
// the dimension of wentu-mini (768).
import { spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../ci/free-port.mjs';

const root = join(import.meta.dirname, '../..');
const { openMysqlStore, openSqliteStore } = createRequire(import.meta.url)(join(root, 'libs/metadata/dist/index.js'));
const numbers = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument));
const [rows = 10_000, dimension = 768, previewBytes = 0] = numbers.map(Number);
const serve = process.argv.includes('--serve');
const mysqlUrl = process.env.WENTU_TEST_MYSQL_URL;
const BATCH = 200;

const folder = mkdtempSync(join(tmpdir(), 'wentu-size-'));
try {
  const path = join(folder, 'wentu.sqlite');
  const store = mysqlUrl ? await openMysqlStore({ url: mysqlUrl }) : await openSqliteStore({ path });
  const before = mysqlUrl ? 0 : databaseBytes();
  const startedAt = Date.now();
  await fill(store);
  const seconds = (Date.now() - startedAt) / 1000;
  await store.close();
  const bytes = mysqlUrl ? await mysqlBytes() : databaseBytes() - before;
  const perRow = bytes / rows;
  console.log(
    `${mysqlUrl ? 'MySQL' : 'SQLite'}: ${rows} rows of ${dimension} dimensions, previews of ${previewBytes} bytes: ` +
      `${perRow.toFixed(0)} bytes a row, ${(perRow - 4 * dimension - previewBytes).toFixed(0)} of them neither vector nor preview; ` +
      `${(rows / seconds).toFixed(0)} rows/s`,
  );
  if (serve) await measureServer();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function fill(store) {
  const model = JSON.parse(readFileSync(join(root, 'models/wentu-mini/wentu-model.json'), 'utf8'));
  const space = serve ? { model: model.name, space: model.space } : { model: 'made-up', space: 'made-up' };
  const { id } = await store.createCollection({ name: 'sizes', dimension, ...space });
  for (let done = 0; done < rows; done += BATCH) {
    const first = await store.reserveIds(Math.min(BATCH, rows - done));
    const images = Array.from({ length: Math.min(BATCH, rows - done) }, (_, i) => newImage(first + i, done + i));
    await store.insertPending(id, images);
    await store.settle(
      id,
      images.map((image) => image.id),
    );
  }
}

function newImage(id, number) {
  const imageId = `2024/holiday/IMG_${String(number).padStart(9, '0')}.jpg`;
  const hash = createHash('sha256').update(imageId).digest('hex');
  return {
    id,
    imageId,
    contentHash: hash,
    fingerprint: hash,
    mimeType: 'image/jpeg',
    width: 4_032,
    height: 3_024,
    sizeBytes: 3_000_000,
    source: '/pictures',
    original: { kind: 'reference', path: `/pictures/${imageId}`, modifiedAtMs: 1_700_000_000_000 },
    embedding: unitVector(),
    ...(previewBytes > 0 ? { preview: randomFillSync(new Uint8Array(previewBytes)) } : {}),
  };
}

function unitVector() {
  const vector = Float32Array.from({ length: dimension }, () => Math.random() - 0.5);
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

function databaseBytes() {
  // What is still in the write-ahead log is a few MiB, however many rows there are.
  new (createRequire(import.meta.url)('libsql'))(join(folder, 'wentu.sqlite')).exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return statSync(join(folder, 'wentu.sqlite')).size;
}

/** The tables' files: what information_schema estimates is a sample's guess. */
async function mysqlBytes() {
  const mysql = createRequire(import.meta.url)('mysql2/promise');
  const connection = await mysql.createConnection(mysqlUrl);
  const [[{ bytes }]] = await connection.query(
    'SELECT SUM(FILE_SIZE) AS bytes FROM information_schema.INNODB_SYS_TABLESPACES WHERE NAME LIKE CONCAT(DATABASE(), "/%")',
  );
  await connection.end();
  return Number(bytes);
}

async function measureServer() {
  const port = await freePort();
  const startedAt = Date.now();
  const server = spawn(process.execPath, [join(root, 'apps/api/dist/main.js')], {
    env: { ...process.env, PORT: String(port), WENTU_DATA_DIR: folder, WENTU_SAMPLES: 'off', WENTU_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const field = (name) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1_024;
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    while (!(await ready())) await sleep(100);
    const readyMs = Date.now() - startedAt;
    const atStart = field('VmRSS');
    for (let i = 0; i < 50; i++) await search(port, `小狗 ${i}`);
    console.log(
      `ready after ${(readyMs / 1000).toFixed(1)} s; RSS ${atStart.toFixed(0)} MiB, after 50 searches ` +
        `${field('VmRSS').toFixed(0)} MiB, highest ${field('VmHWM').toFixed(0)} MiB`,
    );
  } finally {
    server.kill('SIGTERM');
    await new Promise((done) => server.once('exit', done));
  }
}

async function search(port, text) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ searchImages(text: "${text}", collection: "sizes") { image { id } } }` }),
  });
  const { errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
}
