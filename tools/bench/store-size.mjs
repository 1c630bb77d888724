// Measures the size of a picture in the metadata store. The rows are made up and written by the store itself, in
// batches of a load.
//   node tools/bench/store-size.mjs ROWS DIMENSION [PREVIEW_BYTES]     after npx nx build api
// Uses SQLite, or the empty MySQL database in WENTU_TEST_MYSQL_URL (tools/engines/with.mjs). Memory and search times:
// scaling.mjs.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillStore } from './lib/made-up-pictures.mjs';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const { openSqliteStore } = require(join(root, 'libs/metadata/dist/index.js'));
const { openMysqlStore } = require(join(root, 'libs/metadata/dist/mysql.js'));
const [rows = 10_000, dimension = 768, previewBytes = 0] = process.argv.slice(2).map(Number);
const mysqlUrl = process.env.WENTU_TEST_MYSQL_URL;

const folder = mkdtempSync(join(tmpdir(), 'wentu-size-'));
try {
  const path = join(folder, 'wentu.sqlite');
  const store = mysqlUrl ? await openMysqlStore({ url: mysqlUrl }) : await openSqliteStore({ path });
  const before = mysqlUrl ? 0 : databaseBytes();
  const startedAt = Date.now();
  await fillStore(store, { rows, dimension, model: 'made-up', space: 'made-up', previewBytes });
  const seconds = (Date.now() - startedAt) / 1000;
  await store.close();
  const bytes = mysqlUrl ? await mysqlBytes() : databaseBytes() - before;
  const perRow = bytes / rows;
  console.log(
    `${mysqlUrl ? 'MySQL' : 'SQLite'}: ${rows} rows of ${dimension} dimensions, previews of ${previewBytes} bytes: ` +
      `${perRow.toFixed(0)} bytes a row, ${(perRow - 4 * dimension - previewBytes).toFixed(0)} of them neither vector nor preview; ` +
      `${(rows / seconds).toFixed(0)} rows/s`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function databaseBytes() {
  // A part of the data is still in the write-ahead log.
  new (require('libsql'))(join(folder, 'wentu.sqlite')).exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return statSync(join(folder, 'wentu.sqlite')).size;
}

/** The size of the tables' files; the sizes in information_schema are only estimates from a sample. */
async function mysqlBytes() {
  const mysql = createRequire(import.meta.url)('mysql2/promise');
  const connection = await mysql.createConnection(mysqlUrl);
  const [[{ bytes }]] = await connection.query(
    'SELECT SUM(FILE_SIZE) AS bytes FROM information_schema.INNODB_SYS_TABLESPACES WHERE NAME LIKE CONCAT(DATABASE(), "/%")',
  );
  await connection.end();
  return Number(bytes);
}
