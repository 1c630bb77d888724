// `npx nx build api && node tools/bench/word-ranking.mjs WORKDIR [--seed 2] [--misses]`: whether searches with and without words in
// pictures find the right picture first. 300 made pictures with words (made-pictures.mjs) are read by libs/words; the
// samples and 10,000 drawings are beside them, of which 3,000 have other words, also the names of what is drawn
// elsewhere. WORKDIR is that of tools/train-mini-model, after render.mjs; what is encoded and read is kept there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { report } from './lib/report.mjs';
import { everydayQueries, nameQueries } from './words/meaning-queries.mjs';
import { preparePictures } from './words/prepare-pictures.mjs';
import { openRankedStore } from './words/ranked-store.mjs';
import { picturesWith, rankOf, wordQueries } from './words/ranking-queries.mjs';
import { seeded } from './words/made-pictures.mjs';

process.env.ORT_DISABLE_TELEMETRY = '1';
const { values, positionals } = parseArgs({
  options: { misses: { type: 'boolean' }, seed: { type: 'string', default: '2' } },
  allowPositionals: true,
});
const seed = Number(values.seed);
const [work] = positionals;
if (work === undefined) throw new Error('give the working folder of tools/train-mini-model');

// The thresholds of libs/search/src/fuse-hits.ts were chosen with the seed 1.
const [COUNT, OTHERS, WITH_WORDS] = [300, 10_000, 3_000];
const folder = mkdtempSync(join(tmpdir(), 'wentu-word-ranking-'));
const set = await preparePictures({ work, count: COUNT, seed, others: OTHERS, withWords: WITH_WORDS, dataDir: folder });
const store = await openRankedStore({ path: join(folder, 'wentu.sqlite'), ...set });
try {
  await reportWords();
  await reportMeanings();
} finally {
  await store.close();
  await set.close();
  rmSync(folder, { recursive: true, force: true });
}

async function reportWords() {
  const made = set.pictures.filter(({ truth }) => truth !== undefined);
  // The words of the drawings are exactly those that were given to them.
  const truths = set.pictures.map(({ name, truth, lines }) => ({
    name,
    lines: truth ?? lines.map(({ text }) => text),
  }));
  const found = new Map();
  for (const { kind, text, of } of wordQueries(
    made.map(({ name, truth }) => ({ name, lines: truth })),
    seeded(5 + seed),
  )) {
    const right = picturesWith(text, truths);
    const ranks = { words: rankOf(right, await store.words(text)), auto: rankOf(right, await store.auto(text)) };
    found.set(kind, [...(found.get(kind) ?? []), { text, of, ranks }]);
    if (values.misses && Math.max(ranks.words, ranks.auto) > 1) console.log(JSON.stringify({ kind, text, of, ranks }));
  }
  const row = ([kind, queries]) => [
    kind,
    queries.length,
    ...['words', 'auto'].flatMap((by) => {
      const ranks = queries.map((query) => query.ranks[by]);
      return [share(ranks, 1), share(ranks, 5)];
    }),
  ];
  report({
    title: `Words of ${made.length} pictures among ${set.pictures.length}`,
    columns: ['Query', 'Queries', 'WORDS: at rank 1', 'rank 5', 'AUTO: at rank 1', 'rank 5'],
    rows: [...[...found].map(row), row(['all', [...found.values()].flat()])],
  });
}

async function reportMeanings() {
  const rows = [];
  for (const [name, queries] of [
    ['everyday queries', everydayQueries(set.pictures)],
    ['names of drawings', nameQueries(set.pictures)],
  ]) {
    const ranks = { meaning: [], auto: [] };
    let withWords = 0;
    for (const { text, right } of queries) {
      const [meaning, auto] = [rankOf(right, await store.meaning(text)), rankOf(right, await store.auto(text))];
      ranks.meaning.push(meaning);
      ranks.auto.push(auto);
      if ((await store.words(text)).length > 0) withWords++;
      if (values.misses && auto > meaning) console.log(JSON.stringify({ text, meaning, auto }));
    }
    for (const by of ['meaning', 'auto'])
      rows.push([
        `${name}, ${by.toUpperCase()}`,
        queries.length,
        withWords,
        ...[1, 5, 10].map((most) => share(ranks[by], most)),
        (ranks[by].reduce((sum, rank) => sum + 1 / rank, 0) / queries.length).toFixed(3),
      ]);
  }
  report({
    title: 'Queries for what pictures show',
    columns: [
      'Queries',
      'Count',
      'of them in words of pictures',
      'right at rank 1',
      'rank 5',
      'rank 10',
      'mean 1 / rank',
    ],
    rows,
  });
}

function share(ranks, most) {
  return `${((100 * ranks.filter((rank) => rank <= most).length) / ranks.length).toFixed(1)} %`;
}
