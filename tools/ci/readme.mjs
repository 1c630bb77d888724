// README.md and the pages of docs/ that have a Chinese version, as a reader follows them on a fresh install: every
// command and operation in the order of the page, against `npm start`. The Chinese version must have the same ones.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.mjs';
import { startChecks } from './checks.mjs';
import { Wentu } from './examples/wentu.mjs';
import { commandsOf } from './readme/commands.mjs';
import { brokenLinks } from './readme/links.mjs';
import { Workplace } from './readme/workplace.mjs';

const root = resolve(import.meta.dirname, '../..');
const read = (path) => readFileSync(join(root, path), 'utf8');

/** In the order in which a reader comes to them. Each page stands alone: it begins with the samples only. */
const PAGES = ['README', 'docs/loading', 'docs/command-line', 'docs/api', 'docs/models', 'docs/settings'];

/** Commands that are not run here, and why. One that is neither run nor here fails. */
const ELSEWHERE = [
  [/^npm ci && npm (start|test)$|^npm run lint$/, 'a step of the gate of its own'],
  [/^npx nx (graph|affected|run (api|web):serve)/, 'runs until it is stopped, or repeats npm test'],
  [/^npx wentu model (add|use) cn-clip/, 'downloads 750 MB'],
  [/^npx wentu model add (hf|modelscope):/, 'downloads from a hub; the tests of libs/models have hubs of their own'],
  [/^WENTU_ALLOWED_ORIGINS=\S+ npm start$/, 'the step "examples" starts with it'],
  [/^VECTOR_STORE=milvus /, 'the steps on MySQL and Milvus'],
  [/^npx wentu import-tutorial /, 'a step of the gate of its own'],
];

/** What a command has to say, beside ending with 0. */
const SAYS = [
  [/^npx wentu load ~\/Pictures -c 家庭相册$/, /succeeded: 4 loaded/],
  [/^npx wentu search 小狗/, /animals\/dog/],
  [/^npx wentu search .* --save/, /4 of 4 pictures written/],
  [/^npx wentu collections$/, /家庭相册\t4 images/],
  [/^npx wentu drop /, /dropped 家庭相册/],
  [/^npx wentu rank /, /杰尼龟/],
  [/^npx wentu dataset check /, /no problems/],
  [/^npx wentu evaluate /, /mean recall/],
  [/^curl .*searchImages/, /"imageId":"food\/[^"]*apple/],
];

const { check, end } = startChecks();

const schema = read('apps/api/schema.graphql');
await check('every page with a Chinese version is checked', () => {
  const chinese = ['.', 'docs'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith('.zh-CN.md') && existsSync(join(root, path.replace('.zh-CN', '')))),
  );
  assert.deepEqual(chinese.sort(), PAGES.map((page) => `${page}.zh-CN.md`).sort());
});
await check('every link in the documentation leads to a file and a heading', () =>
  assert.deepEqual(brokenLinks(root), []),
);

const place = new Workplace(root);
const wentu = new Wentu(place.env);
/** Of the last operation that gave one: what the next asks about. */
let lastLoad = '1';
let lastUpload = '';

const run = {
  async sh(text) {
    const out = await place.run(text.replace('127.0.0.1:4000', new URL(wentu.address).host));
    for (const [command, says] of SAYS) if (command.test(text)) assert.match(out, says);
  },
  async graphql(text) {
    const data = await ask(wentu.address, text.replace('/home/me', place.home));
    if (data.loadCollection)
      assert.deepEqual([data.loadCollection.status, data.loadCollection.failed], ['SUCCEEDED', 0]);
    if (data.searchImages) assert.equal(data.searchImages.length, 5);
  },
  async js(text) {
    const own = text.replace('127.0.0.1:4000', new URL(wentu.address).host).replace("id: '3'", `id: '${lastLoad}'`);
    assert.notEqual(own, text);
    writeFileSync(join(place.path, 'watch.mjs'), own);
    assert.match(await place.run('node watch.mjs'), /status: 'SUCCEEDED'/);
  },
  async operation(text) {
    const data = await ask(wentu.address, await filledIn(text));
    if (data.search?.pageInfo) assert.ok(data.search.totalCount > 300 && data.search.pageInfo.hasNextPage);
    if (data.image) assert.ok(data.image.data.length > 100);
    if (data.dropCollection !== undefined) assert.equal(data.dropCollection, true);
    if (data.createUpload) await send(data.createUpload);
    const load = data.loadCollection ?? data.loadUpload ?? data.loadAgain ?? data.reencodeCollection;
    if (load) await untilEnded((lastLoad = load.id));
  },
};

/** What the reader puts in: a folder, the ids of earlier answers. */
async function filledIn(text) {
  // Later examples need the other folders.
  const source = text.includes('removeSource(')
    ? await newSource()
    : text.includes('Source:3')
      ? await lastSource()
      : null;
  const retried = text.includes('retryFailures(') ? await failedLoad() : '';
  return (
    text
      .replace('LoadJob:7', retried)
      .replace('Source:3", expectedCount: 120', `${source?.id}", expectedCount: ${source?.imageCount}`)
      .replace('Source:3', source?.id)
      // The count of a collection that this reader does not have.
      .replace(
        '"家庭相册", filter: {folder: "screenshots"}, expectedCount: 120',
        '"samples", filter: {folder: "screenshots"}, expectedCount: 0',
      )
      .replace('/home/me', place.home)
      .replace('folders(path: …)', `folders(path: ${JSON.stringify(place.home)})`)
      .replace('loadUpload(id: …', `loadUpload(id: "${lastUpload}"`)
      .replace('cancelLoad(id: "3")', `cancelLoad(id: "${lastLoad}")`)
      .replace('after: ID', 'after: "1"')
  );
}

/** A source folder: of a collection that the page has made, if there is one. */
async function lastSource() {
  const { collections } = await ask(wentu.address, '{ collections { name sources { id imageCount } } }');
  const filled = collections.filter(({ sources }) => sources.length > 0);
  const { sources } = filled.find(({ name }) => name !== 'samples') ?? filled[0];
  return sources[0];
}

/** A folder in a collection of its own. */
async function newSource() {
  const directory = JSON.stringify(join(place.home, 'Pictures'));
  const load = `mutation { loadCollection(collection: "to remove", directory: ${directory}, wait: true) { status } }`;
  await ask(wentu.address, load);
  const { collection } = await ask(wentu.address, '{ collection(name: "to remove") { sources { id imageCount } } }');
  return collection.sources[0];
}

/** The id of an ended load with a file that is no picture. */
async function failedLoad() {
  const folder = join(place.home, 'Broken');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'broken.jpg'), 'no picture');
  const load = `loadCollection(collection: "broken", directory: ${JSON.stringify(folder)}, wait: true) { id failed }`;
  const { loadCollection } = await ask(wentu.address, `mutation { ${load} }`);
  return loadCollection.id;
}

async function send({ id, url }) {
  lastUpload = id;
  const body = readFileSync(join(place.home, 'Pictures/0.png'));
  const { status } = await fetch(`${wentu.address}${url}/2024/a.png`, { method: 'PUT', body });
  assert.equal(status, 204);
}

async function untilEnded(id) {
  for (;;) {
    const { loadJob } = await ask(wentu.address, `{ loadJob(id: "${id}") { status } }`);
    if (loadJob.status !== 'QUEUED' && loadJob.status !== 'RUNNING') return;
    await sleep(50);
  }
}

async function follow(page) {
  const commands = commandsOf(read(`${page}.md`), schema);
  await check(`${page}.zh-CN.md has the same commands`, () =>
    assert.deepEqual(commandsOf(read(`${page}.zh-CN.md`), schema), commands),
  );
  for (const { kind, text } of commands) {
    const elsewhere = ELSEWHERE.find(([command]) => kind === 'sh' && command.test(text));
    if (elsewhere) console.log(`not here, ${elsewhere[1]}: ${text}`);
    else await check(`${page}: ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`, () => run[kind](text));
  }
}

/** What a page made must not help the next one. */
async function startAgain() {
  const { collections } = await ask(wentu.address, '{ collections { name } }');
  for (const { name } of collections)
    if (name !== 'samples') await ask(wentu.address, `mutation { dropCollection(name: ${JSON.stringify(name)}) }`);
  await ask(
    wentu.address,
    'mutation { reencodeCollection(collection: "samples", model: "wentu-mini", wait: true) { id } }',
  );
}

try {
  // A small model of the same layout under the name of the one that is downloaded.
  await place.run(`npx wentu model add '${join(root, 'libs/encoder/fixtures/hub-model')}' --name cn-clip-vit-b-16`);
  await wentu.start();
  for (const page of PAGES) {
    await follow(page);
    await startAgain();
  }
  await check('pictures, features and the backup are where they were asked for', () => {
    assert.equal(readdirSync(join(place.path, 'sunsets')).length, 4);
    assert.ok(readdirSync(join(place.path, 'features')).includes('valid_scores.json'));
    assert.ok(readdirSync(join(place.path, 'backup')).includes('wentu.sqlite'));
  });
} catch (error) {
  await check('the commands were reached', () => Promise.reject(error));
} finally {
  await wentu.close();
  place.remove();
}
end();
