// `npx nx run-many -t build -p metadata search && node tools/bench/facets.mjs [ROWS]`: lists in every order, counts and
// facets over rows that are made up: 20 years, 400 folders, 12 cameras, places of 3 in 10. Uses SQLite, or the empty
// MySQL database in WENTU_TEST_MYSQL_URL (tools/engines/with.mjs). Prints two tables.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillStore } from './lib/made-up-pictures.mjs';
import { report, time } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const { openSqliteStore } = require(join(root, 'libs/metadata/dist/index.js'));
const { openMysqlStore } = require(join(root, 'libs/metadata/dist/mysql.js'));
const { Facets, FACET_FIELDS } = require(join(root, 'libs/search/dist/index.js'));
const [rows = 500_000] = process.argv.slice(2).map(Number);
const mysqlUrl = process.env.WENTU_TEST_MYSQL_URL;
const [ROUNDS, PAGE] = [9, 50];
const [YEARS, DAY_MS, BEGIN] = [20, 86_400_000, Date.UTC(2005, 0, 1)];

/** Numbers in another order than that of the load, the same in each run. */
const mixed = (number) => (number * 7_919) % rows;
function vary(number) {
  const [at, name] = [mixed(number), `IMG_${String(mixed(number + 1)).padStart(9, '0')}.jpg`];
  const atMs = BEGIN + Math.floor((at / rows) * YEARS * 365 * DAY_MS);
  const hasTime = number % 20 > 0;
  return {
    imageId: `${new Date(atMs).getUTCFullYear()}/trip ${number % 20}/${name}`,
    mimeType: number % 10 === 0 ? 'image/png' : 'image/jpeg',
    sizeBytes: 1_000_000 + ((number * 104_729) % 5_000_011),
    facts: {
      takenAt: hasTime ? { atMs, offsetMinutes: number % 3 === 0 ? 480 : null, source: 'EXIF' } : null,
      camera: number % 4 === 0 ? null : `Camera ${number % 12}`,
      lens: number % 4 === 0 ? null : `Lens ${number % 30}`,
      place: number % 10 < 3 ? { latitude: 30 + (number % 1_000) / 100, longitude: 110 + (number % 977) / 100 } : null,
      orientation: 1,
    },
  };
}

const FILTERS = [
  ['none', null],
  ['a year', { kind: 'range', attribute: 'takenAt', from: Date.UTC(2015, 0, 1), to: Date.UTC(2016, 0, 1) }],
  ['a folder', { kind: 'inFolder', attribute: 'imageId', folder: '2015/trip 7' }],
  ['a camera', { kind: 'equal', attribute: 'camera', value: 'Camera 7' }],
  ['no camera', { kind: 'not', filter: { kind: 'exists', attribute: 'camera' } }],
  ['within 50 km', { kind: 'near', latitude: 35, longitude: 115, km: 50 }],
];

const folder = mkdtempSync(join(tmpdir(), 'wentu-facets-'));
const path = join(folder, 'wentu.sqlite');
const store = mysqlUrl ? openMysqlStore({ url: mysqlUrl }) : await openSqliteStore({ path });
try {
  const filling = await time(() => fillStore(store, { rows, dimension: 4, model: 'made-up', space: 'made-up', vary }));
  const collection = await store.collections.find('made-up');
  const { images } = store;
  const timed = async (work) => {
    const walls = [];
    for (let round = 0; round < ROUNDS; round++) walls.push((await time(work)).wall);
    return walls;
  };

  const lists = [];
  for (const field of ['LOADED_AT', 'TAKEN_AT', 'SIZE', 'NAME'])
    for (const direction of ['ASC', 'DESC']) {
      const list = { order: { field, direction } };
      const [row] = await images.get([Math.floor(rows / 2)]);
      const value = {
        LOADED_AT: row.id,
        TAKEN_AT: row.facts.takenAt?.atMs ?? BEGIN,
        SIZE: row.sizeBytes,
        NAME: row.imageId,
      };
      const middle = { value: value[field], id: row.id };
      const [, [, year], , [, camera]] = FILTERS;
      lists.push([
        `${field} ${direction}`,
        await timed(() => images.list(collection.id, list, null, PAGE)),
        await timed(() => images.list(collection.id, list, middle, PAGE)),
        await timed(() => images.list(collection.id, { ...list, filter: camera }, middle, PAGE)),
        await timed(() => images.list(collection.id, { ...list, filter: year }, null, PAGE)),
      ]);
    }
  report({
    title: `Pages of ${PAGE} of ${rows} images on ${mysqlUrl ? 'MySQL' : 'SQLite'}`,
    columns: ['Order', 'first page, ms', 'middle page, ms', 'middle page of a camera, ms', 'first page of a year, ms'],
    rows: lists,
  });

  const facets = new Facets(images);
  const count = (filter, fields) => facets.count(collection, { filter, fields, folder: '', limit: 100 });
  const memory = process.memoryUsage().rss;
  const first = await time(() => count(null, FACET_FIELDS));
  const bytes = process.memoryUsage().rss - memory;
  const table = [];
  for (const [name, filter] of FILTERS)
    table.push([
      name,
      await timed(() => count(filter, FACET_FIELDS)),
      await timed(() => count(filter, ['YEAR'])),
      ...(filter
        ? [
            await timed(() => facets.countMatching(collection, filter)),
            await timed(() => images.countMatching(collection.id, filter)),
          ]
        : ['', '']),
    ]);
  report({
    title:
      `Facets of ${rows} images: the first ones after a start take ${(first.wall / 1000).toFixed(1)} s and ` +
      `${Math.round(bytes / 1e6)} MB. The rows were written in ${Math.round(filling.wall / 1000)} s` +
      (mysqlUrl ? '' : `, ${Math.round(statSync(path).size / rows)} bytes each`),
    columns: ['Filter', 'all fields, ms', 'YEAR, ms', 'a count, ms', 'a count in SQL, ms'],
    rows: table,
  });
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
