// The backup and the restore that docs/operations.md gives for MySQL, on a real server: the restored store has every row.
//   node tools/engines/with.mjs mariadb -- node tools/ci/mysql-backup.mjs     after npx nx build metadata
import { spawnSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROWS = 500;
const DIMENSION = 768;
const OPTIONS = '--single-transaction --quick --hex-blob --no-tablespaces';
const NEW_IDS = 'UPDATE id_counter SET next_id = next_id + 1000000000; UPDATE store_info SET uuid = UUID()';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const { openMysqlStore } = require(join(root, 'libs/metadata/dist/mysql.js'));
const { imageFacts } = require(join(root, 'libs/domain/dist/index.js'));
const url = new URL(process.env.WENTU_TEST_MYSQL_URL);
const restoredUrl = new URL(url);
restoredUrl.pathname = '/restored';
const folder = mkdtempSync(join(tmpdir(), 'wentu-mysql-backup-'));
const dump = join(folder, 'wentu.sql');
let passed = 0;
let failed = 0;
const check = (name, holds) => {
  console.log(`${holds ? 'ok' : 'FAILED'}: ${name}`);
  if (holds) passed++;
  else failed++;
};

const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
check('docs/operations.md has these options', page.includes(OPTIONS));
check('and the statement for new ids', page.includes(NEW_IDS));
let original;
let restored;
try {
  original = await openMysqlStore({ url: url.href });
  const collection = await original.collections.create({
    ...{ name: '家庭相册 🐶', model: 'm', space: 's', dimension: DIMENSION },
  });
  await fill(original, collection);
  client('mariadb-dump', [...OPTIONS.split(' '), url.pathname.slice(1)], { stdout: openSync(dump, 'w') });
  const later = await original.ids.reserve(1_000);

  client('mariadb', ['--execute=CREATE DATABASE restored']);
  client('mariadb', ['restored'], { stdin: openSync(dump, 'r') });
  client('mariadb', ['restored', `--execute=${NEW_IDS}`]);
  restored = await openMysqlStore({ url: restoredUrl.href });
  // Its indexes on a Milvus that both use are its own.
  check('the store has an identity of its own', (await restored.storeId()) !== (await original.storeId()));
  check('with its collection', (await restored.collections.find('家庭相册 🐶'))?.imageCount === ROWS);
  check(
    `and all ${ROWS} rows, embeddings and previews`,
    (await digest(restored, collection)) === (await digest(original, collection)),
  );
  check('and gives out no id of the original', (await restored.ids.reserve(1)) >= later + 1_000);
} finally {
  await original?.close();
  await restored?.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

async function fill(store, { id: collectionId, activeSpace }) {
  const first = await store.ids.reserve(ROWS);
  const images = Array.from({ length: ROWS }, (_, i) => {
    const hash = createHash('sha256').update(String(i)).digest('hex');
    return {
      id: first + i,
      imageId: `相册/'quoted' \\ ${i}.jpg`,
      contentHash: hash,
      mimeType: 'image/jpeg',
      width: 640,
      height: 480,
      sizeBytes: 1_000 + i,
      source: '/pictures',
      location: null,
      facts: imageFacts(undefined, 1_700_000_000_000 + i),
      original: { kind: 'reference', path: `/pictures/${i}.jpg`, modifiedAtMs: 1_700_000_000_000.5 + i },
      preview: randomFillSync(new Uint8Array(20_000)),
    };
  });
  const embeddings = images.map(({ id, contentHash }) => ({
    ...{ imageRowId: id, spaceId: activeSpace.id, fingerprint: contentHash },
    vector: Float32Array.from({ length: DIMENSION }, () => Math.random() - 0.5),
  }));
  await store.images.insertPending(collectionId, images, embeddings);
  const ids = images.map((image) => image.id);
  await store.images.settle(collectionId, ids);
}

/** One hash of everything that a search or a load reads. */
async function digest(store, { id: collectionId, activeSpace }) {
  const hash = createHash('sha256');
  const rows = await store.images.page(collectionId, 0, ROWS);
  hash.update(JSON.stringify(rows));
  hash.update((await store.images.pageEmbeddings(collectionId, activeSpace.id, 0, ROWS)).vectors);
  for (const { id } of rows) hash.update(await store.originals.readPreview(id));
  return hash.digest('hex');
}

function client(program, args, { stdin = 'ignore', stdout = 'inherit' } = {}) {
  const { hostname, port, username, password } = url;
  const { status } = spawnSync(
    program,
    ['--no-defaults', '--protocol=tcp', `--host=${hostname}`, `--port=${port}`, `--user=${username}`, ...args],
    { stdio: [stdin, stdout, 'inherit'], env: { ...process.env, MYSQL_PWD: password }, timeout: 240_000 },
  );
  for (const file of [stdin, stdout]) if (typeof file === 'number') closeSync(file);
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}
