// `npx nx run-many -t build -p api,web && node tools/bench/page.mjs` measures the page as a visitor meets it. It starts a
// server with the sample pictures and a collection of 10,000 small pictures, and Chromium with a new profile for each
// visit: bytes, first paint, the first six pictures of a search, and the interaction to next paint (INP) while 10,000
// tiles scroll. `--lighthouse PATH` runs an installation of lighthouse that is outside this repository on the start page.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { BuiltServer } from '../ci/built-server.mjs';
import { launchChromium } from '../ci/chromium.mjs';
import { drawPictures } from './page/draw-pictures.mjs';
import { interactionMs } from './page/interaction.mjs';
import { visit } from './page/visit.mjs';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    tiles: { type: 'string', default: '10000' },
    lighthouse: { type: 'string' },
  },
});
const RUNS = Number(options.runs);
const TEXTS = ['小狗', '火箭', '红苹果', '下雨', '雪人', '生日蛋糕', '打篮球'];
const folder = await mkdtemp(join(tmpdir(), 'wentu-tiles-'));
const server = await BuiltServer.start({ WENTU_LOAD_ROOTS: folder, WENTU_SAMPLES: 'on', WENTU_LOG_LEVEL: 'error' });
const browser = await launchChromium();
try {
  const repeat = async (path, seen) => {
    const visits = [];
    for (let run = 0; run < RUNS; run++) visits.push(await visit(browser, server.address + path(run), seen));
    return visits;
  };
  const home = await repeat(() => '/?c=samples', '.recent-row .tile img');
  const search = await repeat(
    (run) => `/?c=samples&q=${encodeURIComponent(TEXTS[run % TEXTS.length])}`,
    '.grid button.tile img',
  );
  console.log(`| What | Median of ${RUNS} first visits | Range |\n| --- | --- | --- |`);
  row('start page: first paint', home, 'painted', 'ms');
  row('start page: six recent pictures are there', home, 'pictures', 'ms');
  row('start page: fetched without pictures', home, 'page', 'KB');
  row('search: first paint', search, 'painted', 'ms');
  row('search: the first six pictures are there', search, 'pictures', 'ms');
  row('search: scripts fetched', search, 'script', 'KB');
  row('search: fetched in all', search, 'all', 'KB');

  const tiles = Number(options.tiles);
  if (tiles > 0) {
    await drawPictures(folder, tiles);
    await load(folder, 'tiles');
    const { inp, worst, count } = await interactionMs(browser, `${server.address}/?c=tiles&sort=name`);
    console.log(`| INP while ${tiles} tiles scroll (${count} interactions) | ${inp} ms | worst ${worst} |`);
  }
  if (options.lighthouse) await lighthouse(options.lighthouse);
} finally {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

function row(name, visits, key, unit) {
  const values = visits.map((each) => each[key]).sort((a, b) => a - b);
  const [low, middle, high] = [values[0], values[Math.floor(values.length / 2)], values.at(-1)].map(Math.round);
  console.log(`| ${name} | ${middle} ${unit} | ${low}–${high} |`);
}

async function load(directory, collection) {
  const query = `mutation($directory: String!, $collection: String!) {
    loadCollection(directory: $directory, collection: $collection, wait: true) { status loaded }
  }`;
  const response = await fetch(`${server.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { directory, collection } }),
  });
  const { data, errors } = await response.json();
  if (errors || data.loadCollection.status !== 'SUCCEEDED') throw new Error(JSON.stringify(errors ?? data));
}

/** @param path the program `lighthouse` of `npm install --prefix /elsewhere lighthouse` */
async function lighthouse(path) {
  const report = join(folder, 'lighthouse.json');
  await promisify(execFile)(
    path,
    [
      ...[`${server.address}/?c=samples`, '--quiet', '--output=json', `--output-path=${report}`, '--preset=desktop'],
      '--chrome-flags=--headless=new --no-sandbox --disable-gpu',
    ],
    { env: { ...process.env, CHROME_PATH: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium' }, maxBuffer: 1 << 26 },
  );
  const { categories, audits } = JSON.parse(await readFile(report, 'utf8'));
  for (const { title, score } of Object.values(categories))
    console.log(`| Lighthouse, desktop: ${title} | ${Math.round(score * 100)} | |`);
  for (const { title, score, scoreDisplayMode, displayValue = '' } of Object.values(audits))
    if (score !== null && score < 0.9 && scoreDisplayMode !== 'informative')
      console.error(`${title}: ${score} ${displayValue}`);
}
