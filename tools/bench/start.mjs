// `npx nx run-many -t build -p api && node tools/bench/start.mjs [MODEL_FOLDER …]`: from the start of the process to ready, and how fast the first search is beside the tenth.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuiltServer } from '../ci/built-server.mjs';
import { usageOf } from './lib/processes.mjs';
import { report } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const models = [join(root, 'models/wentu-mini'), ...process.argv.slice(2)];
const ROUNDS = 5;

const rows = [];
for (const model of models) {
  const seen = { ready: [], first: [], tenth: [], rss: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const server = await BuiltServer.start({ WENTU_MODEL: model, WENTU_SAMPLES: 'off' });
    try {
      seen.ready.push((performance.now() - begun) / 1_000);
      const times = [];
      for (let i = 0; i < 10; i++) times.push(await search(server.address, i));
      seen.first.push(times[0]);
      seen.tenth.push(times[9]);
      seen.rss.push(usageOf([server.process.child.pid]).rssMib);
    } finally {
      await server.close();
    }
  }
  rows.push([
    JSON.parse(readFileSync(join(model, 'wentu-model.json'), 'utf8')).name,
    seen.ready,
    seen.first,
    seen.tenth,
    seen.rss,
  ]);
}
report({
  title: 'A start on an empty data folder',
  columns: ['Model', 'Ready after, s', 'First search, ms', 'Tenth search, ms', 'RSS MiB'],
  rows,
});

async function search(address, i) {
  const begun = performance.now();
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ searchImages(text: "第${i}只小狗在草地上") { distance } }` }),
  });
  const { errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return performance.now() - begun;
}
