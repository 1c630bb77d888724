// `npx nx build api && node tools/bench/first-words.mjs`: the first minute of a new user. From the end of the first load
// of a folder with 100 pictures, of which one is a receipt, until a part of a line of it is found; the samples are being
// read too. WENTU_TEST_MYSQL_URL and WENTU_TEST_MILVUS_ADDRESS (tools/engines/with.mjs mariadb milvus) add both stores.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../ci/ask.mjs';
import { BuiltServer } from '../ci/built-server.mjs';
import { report } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const OTHERS = 99;
/** A search delays the reading by two seconds, so a user who waits asks seldom. */
const POLL_MS = 5_000;
const { WENTU_TEST_MYSQL_URL: mysql, WENTU_TEST_MILVUS_ADDRESS: milvus } = process.env;
// The server takes them for settings that it does not know.
for (const name of Object.keys(process.env)) if (name.startsWith('WENTU_TEST_')) delete process.env[name];

const stores = [['SQLite, embedded index', {}]];
if (mysql && milvus)
  stores.push(['MySQL, Milvus', { DATABASE_URL: mysql, VECTOR_STORE: 'milvus', MILVUS_ADDRESS: milvus }]);
const rows = [];
for (const [name, env] of stores) rows.push([name, ...(await measure(env))]);
report({
  title: 'From an empty store to the first words',
  columns: ['Stores', 'Start to ready, s', 'Load of 100 pictures, s', 'From its end to the words being found, s'],
  rows,
});

async function measure(env) {
  const folder = mkdtempSync(join(tmpdir(), 'wentu-first-words-'));
  fill(folder);
  const seconds = [];
  let before = performance.now();
  const lap = () => {
    seconds.push((performance.now() - before) / 1_000);
    before = performance.now();
  };
  const server = await BuiltServer.start({ ...env, WENTU_READ_WORDS: 'on', WENTU_LOAD_ROOTS: folder });
  try {
    lap();
    await ask(
      server.address,
      `mutation { loadCollection(collection: "票据", directory: ${JSON.stringify(folder)}, wait: true) { status } }`,
    );
    lap();
    while (!(await isFound(server.address))) await sleep(POLL_MS);
    lap();
    return seconds;
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function isFound(address) {
  const { search } = await ask(
    address,
    '{ search(query: { text: "七天内凭票" }, collection: "票据", match: AUTO, first: 1) { edges { node { matched { words } } } } }',
  );
  return search.edges[0]?.node.matched !== null;
}

/** The receipt is in the middle of the others. */
function fill(folder) {
  const samples = join(root, 'samples');
  const others = readdirSync(samples, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.png'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .slice(0, OTHERS);
  mkdirSync(folder, { recursive: true });
  for (const [i, path] of others.entries())
    cpSync(path, join(folder, `${String(i < OTHERS / 2 ? i : i + 1).padStart(3, '0')}.png`));
  cpSync(join(samples, 'words/receipt.webp'), join(folder, `${String(Math.ceil(OTHERS / 2)).padStart(3, '0')}.webp`));
}
