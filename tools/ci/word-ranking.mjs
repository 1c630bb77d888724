// A small tools/bench/word-ranking.mjs, which fails when searches for words or for what pictures show get worse: 60 made
// pictures, whose drawn lines stand for those that are read, among the samples, of which 150 have the names of others.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seeded } from '../bench/words/made-pictures.mjs';
import { everydayQueries, nameQueries } from '../bench/words/meaning-queries.mjs';
import { preparePictures } from '../bench/words/prepare-pictures.mjs';
import { openRankedStore } from '../bench/words/ranked-store.mjs';
import { picturesWith, rankOf, wordQueries } from '../bench/words/ranking-queries.mjs';
import { startChecks } from './checks.mjs';

/** Shares of the queries: what was measured, less a query or two. */
const [LEAST_FIRST, MOST_LOST] = [0.88, 0.01];

const { check, end } = startChecks();
const folder = mkdtempSync(join(tmpdir(), 'wentu-word-ranking-'));
const set = await preparePictures({ work: null, count: 60, withWords: 150, dataDir: folder, isRead: false });
const store = await openRankedStore({ path: join(folder, 'wentu.sqlite'), ...set });
const lines = set.pictures.map(({ name, truth, lines: given }) => ({
  name,
  lines: truth ?? given.map(({ text }) => text),
}));

async function ranksOf(queries, by) {
  const ranks = [];
  for (const { text, right } of queries) ranks.push(rankOf(right, await store[by](text)));
  return ranks;
}
/** The share of the queries whose first right picture is at this rank or before it. */
const share = (ranks, most) => ranks.filter((rank) => rank <= most).length / ranks.length;
const say = (name, ...ranks) =>
  console.log(
    `${name}: ${ranks.map((each) => [1, 5].map((most) => share(each, most).toFixed(3)).join(' / ')).join(', ')}`,
  );

try {
  const made = lines.filter(({ name }) => name.startsWith('made/'));
  const asked = wordQueries(made, seeded(7)).map((query) => ({ ...query, right: picturesWith(query.text, lines) }));
  await check('WORDS finds every picture first', async () => {
    assert.equal(share(await ranksOf(asked, 'words'), 1), 1);
  });
  await check('AUTO finds pictures with the words, nearly always first', async () => {
    const ranks = await ranksOf(asked, 'auto');
    say(`${asked.length} words`, ranks);
    assert.ok(share(ranks, 1) >= LEAST_FIRST, `${share(ranks, 1)} at rank 1`);
    assert.equal(share(ranks, 5), 1);
  });
  for (const [name, queries] of [
    ['everyday queries', everydayQueries(set.pictures)],
    ['names of samples', nameQueries(set.pictures).filter((_, i) => i % 3 === 0)],
  ])
    await check(`AUTO is as good as MEANING at ${name}, although pictures have these words`, async () => {
      const [meaning, auto] = [await ranksOf(queries, 'meaning'), await ranksOf(queries, 'auto')];
      say(`${queries.length} ${name}, MEANING and AUTO`, meaning, auto);
      assert.ok(share(auto, 1) >= share(meaning, 1) - MOST_LOST);
      assert.ok(share(auto, 5) >= share(meaning, 5) - MOST_LOST);
    });
} finally {
  await store.close();
  await set.close();
  rmSync(folder, { recursive: true, force: true });
}
end();
