// `npx nx run-many -t build -p api && node tools/bench/start.mjs [MODEL_FOLDER …]` measures the time from the start of
// the process to ready, and the first search compared with the tenth.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, untilMeasured } from '../ci/ask.mjs';
import { BuiltServer } from '../ci/built-server.mjs';
import { usageOf } from './lib/processes.mjs';
import { report } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const models = [join(root, 'models/wentu-mini'), ...process.argv.slice(2)];
const ROUNDS = 5;

const rows = [];
for (const model of models) {
  const seen = { ready: [], first: [], tenth: [], rss: [] };
  const dataDir = mkdtempSync(join(tmpdir(), 'wentu-start-'));
  const env = { WENTU_MODEL: model, WENTU_SAMPLES: 'off', WENTU_READ_WORDS: 'off', WENTU_DATA_DIR: dataDir };
  // The first start with a model also measures its similarity floor.
  const first = await BuiltServer.start(env);
  await untilMeasured(first.address);
  await first.close();
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const server = await BuiltServer.start(env);
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
  rmSync(dataDir, { recursive: true, force: true });
  rows.push([
    JSON.parse(readFileSync(join(model, 'wentu-model.json'), 'utf8')).name,
    seen.ready,
    seen.first,
    seen.tenth,
    seen.rss,
  ]);
}
report({
  title: 'A start, not the first one, without pictures',
  columns: ['Model', 'Ready after, s', 'First search, ms', 'Tenth search, ms', 'RSS MiB'],
  rows,
});

async function search(address, i) {
  const begun = performance.now();
  await ask(address, `{ searchImages(text: "第${i}只小狗在草地上") { distance } }`);
  return performance.now() - begun;
}
