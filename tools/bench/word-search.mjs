// `npx nx run-many -t build -p search,metadata && node tools/bench/word-search.mjs [ROWS] [READ]`: searches for words among made-up
// images. READ of ROWS images have words: lines of the Chinese documentation, 60 characters an image on average. Uses
// SQLite, or the empty MySQL database in WENTU_TEST_MYSQL_URL (tools/engines/with.mjs). Prints two tables.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillStore } from './lib/made-up-pictures.mjs';
import { report, time } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const { Facets } = require(join(root, 'libs/search/dist/index.js'));
const { openSqliteStore } = require(join(root, 'libs/metadata/dist/index.js'));
const mysql = createRequire(join(root, 'libs/metadata/package.json'))('mysql2/promise');
const { openMysqlStore } = require(join(root, 'libs/metadata/dist/mysql.js'));
const { foldWords, parseWordQuery, withoutSpaces } = require(join(root, 'libs/domain/dist/index.js'));
const [rows = 500_000, read = Math.floor(0.3 * rows)] = process.argv.slice(2).map(Number);
const mysqlUrl = process.env.WENTU_TEST_MYSQL_URL;
const [ROUNDS, BATCH, PAGE, TOTAL] = [9, 500, 24, 1_000];
const REVISION = 'bench';

/** Numbers from 0 to 1, the same in each run. */
let state = 1;
const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
const docs = join(root, 'docs');
const text = readdirSync(docs)
  .filter((name) => name.endsWith('.zh-CN.md'))
  .map((name) => readFileSync(join(docs, name), 'utf8'))
  .join('\n')
  .replaceAll(/[`*|#\-\s]+/g, ' ');
const characters = [...text];
const box = [0.1, 0.9, 0.9, 0.1].map((x, corner) => ({
  x,
  y: corner < 2 ? 0.1 : 0.2,
}));
function lines() {
  return Array.from({ length: 1 + Math.floor(random() * 7) }, () => {
    const from = Math.floor(random() * (characters.length - 30));
    const line = characters
      .slice(from, from + 3 + Math.floor(random() * 24))
      .join('')
      .trim();
    return { text: line || '文', confidence: 0.9, box };
  });
}

const folder = mkdtempSync(join(tmpdir(), 'wentu-words-'));
const path = join(folder, 'wentu.sqlite');
const store = mysqlUrl ? openMysqlStore({ url: mysqlUrl }) : await openSqliteStore({ path });
async function sizeBytes() {
  if (!mysqlUrl) return statSync(path).size + (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  const connection = await mysql.createConnection(mysqlUrl);
  await connection.query('ANALYZE TABLE image_words, word_posting');
  const [[row]] = await connection.query(
    "SELECT SUM(data_length + index_length) AS bytes FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ('image_words', 'word_posting')",
  );
  await connection.end();
  return Number(row.bytes);
}
try {
  const vary = (number) => ({
    facts: {
      takenAt: null,
      camera: `Camera ${number % 1000}`,
      lens: `Lens ${number % 2}`,
      place: null,
      orientation: 1,
    },
  });
  await fillStore(store, {
    rows,
    dimension: 4,
    model: 'made-up',
    space: 'made-up',
    vary,
  });
  const { id } = await store.collections.find('made-up');
  const { words } = store;
  const timed = async (work) => {
    const walls = [];
    for (let round = 0; round < ROUNDS; round++) walls.push((await time(work)).wall);
    return walls;
  };
  const pages = [];
  const poll = async (name) =>
    pages.push([
      name,
      await timed(() => words.countUnread(id, REVISION)),
      await timed(() => words.pageUnread(id, REVISION, null, BATCH)),
    ]);
  await poll('nothing was read');

  const before = await sizeBytes();
  const grams = new Map();
  let characterCount = 0;
  const filling = await time(async () => {
    // Images with words are everywhere among the others.
    const every = rows / read;
    let batch = [];
    for (let i = 0; i < read; i++) {
      const each = { id: 1 + Math.floor(i * every), lines: lines() };
      const folded = [...withoutSpaces(foldWords(each.lines.map((line) => line.text).join('')))];
      characterCount += folded.length;
      if (i % 10 === 0)
        for (const gram of new Set(folded.slice(1).map((character, at) => folded[at] + character)))
          grams.set(gram, (grams.get(gram) ?? 0) + 1);
      batch.push(each);
      if (batch.length === BATCH || i === read - 1) {
        await words.put(id, REVISION, batch);
        batch = [];
      }
    }
  });
  const after = await sizeBytes();
  await poll(`${read} were read`);

  const common = [...grams].sort((a, b) => b[1] - a[1]).map(([gram]) => gram);
  const chinese = common.filter((gram) => /^\p{Script=Han}{2}$/u.test(gram));
  // Two frequent pairs that make a word which nothing has.
  const chained = chinese.slice(0, 300).flatMap((a) =>
    chinese
      .slice(0, 300)
      .filter((b) => a[1] === b[0])
      .map((b) => a + b[1]),
  );
  const absent = chained.find((word) => !text.includes(word));
  const rare = chinese.at(-1);
  const filters = {
    half: { kind: 'equal', attribute: 'lens', value: 'Lens 1' },
    few: { kind: 'equal', attribute: 'camera', value: 'Camera 3' },
  };
  const queries = [
    ['the most frequent pair', common[0]],
    ['the most frequent Chinese pair', chinese[0]],
    ['the same, half of the images', chinese[0], filters.half],
    ['the same, one image in 1,000', chinese[0], filters.few],
    ['the same, in quotation marks', `"${chinese[0]}"`],
    ['an English word, in quotation marks', '"docker"'],
    ['the same, as no image has it', '"DOCKer"'],
    ['two frequent pairs', `${chinese[0]} ${chinese[1]}`],
    ['a rare pair', rare],
    [
      'four characters',
      characters
        .slice(5_000, 5_100)
        .join('')
        .match(/\p{Script=Han}{4}/u)[0],
    ],
    ['an English word', 'docker'],
    ['a word of frequent pairs that no image has', absent],
    ['one character', '是'],
    ['nothing', '鼂龘'],
  ];
  // As a server whose page has shown the filters.
  const facets = new Facets(store.images);
  const collection = { id, name: 'made-up' };
  await facets.count(collection, { fields: ['CAMERA'], filter: null, folder: '', limit: 1 });
  const find = async (search) => {
    const { filter } = search;
    const few = filter && { fewMatching: () => facets.fewMatching(collection, filter) };
    return await words.find(id, { ...search, ...few });
  };
  const table = [];
  for (const [name, query, filter = null] of queries) {
    const search = {
      query: parseWordQuery(query),
      filter,
      before: null,
      limit: TOTAL,
    };
    const found = await find(search);
    const middle = { ...search, before: Math.floor(rows / 2), limit: PAGE + 1 };
    table.push([`${name}: ${query}`, found.length, await timed(() => find(search)), await timed(() => find(middle))]);
  }
  const on = mysqlUrl ? 'MySQL' : 'SQLite';
  report({
    title:
      `${rows} images on ${on}, ${read} with words, ${Math.round(characterCount / read)} characters each. ` +
      `Written in ${Math.round(filling.wall / 1000)} s, ${Math.round((after - before) / read)} bytes each`,
    columns: ['Words', 'found', 'first page with its count, ms', 'a page in the middle, ms'],
    rows: table,
  });
  report({
    title: `Unread images of ${rows} on ${on}`,
    columns: ['When', 'their count, ms', `a page of ${BATCH}, ms`],
    rows: pages,
  });
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
