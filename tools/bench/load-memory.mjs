// Loads a folder through the API of a server and watches the server: its memory, and how long its event loop stalls
// while it loads and answers searches. Usage: node tools/bench/load-memory.mjs FOLDER (after npx nx build api; Linux)
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../ci/ask.mjs';
import { BuiltServer } from '../ci/built-server.mjs';
import { usageOf } from './lib/processes.mjs';

const folder = resolve(process.argv[2] ?? '.');
const server = await BuiltServer.start({ WENTU_LOAD_ROOTS: dirname(folder), WENTU_SAMPLES: 'off' });
const graphql = (query) => ask(server.address, query);
// Includes the decoder processes; shared memory counts for each process.
const rssMib = () => usageOf([server.process.child.pid]).rssMib;
const metric = async (name) =>
  Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await (await fetch(`${server.address}/metrics`)).text())?.[1]);

try {
  console.log(`ready: RSS ${rssMib().toFixed(0)} MiB`);
  // Reading the gauge resets it: stalls of the start do not count for the load.
  await metric('wentu_nodejs_eventloop_lag_max_seconds');
  const startedAt = performance.now();
  const { loadCollection } = await graphql(`mutation { loadCollection(directory: ${JSON.stringify(folder)}) { id } }`);
  const [stalls, searches] = [[], []];
  let [peak, lastPrinted] = [0, 0];
  for (;;) {
    await sleep(200);
    const searchedAt = performance.now();
    await graphql('{ searchImages(text: "红色的圆", topK: 20) { distance image { imageId } } }');
    searches.push(performance.now() - searchedAt);
    // The gauge is the longest gap between two beats (10 ms apart) since the last reading.
    stalls.push(Math.max(0, 1_000 * (await metric('wentu_nodejs_eventloop_lag_max_seconds')) - 10));
    peak = Math.max(peak, rssMib());
    const { loadJob } = await graphql(
      `{ loadJob(id: "${loadCollection.id}") { status processed total imagesPerSecond } }`,
    );
    if (performance.now() - lastPrinted > 5_000) {
      lastPrinted = performance.now();
      console.log(
        `${loadJob.processed}/${loadJob.total}  ${loadJob.imagesPerSecond?.toFixed(1)} images/s  RSS ${rssMib().toFixed(0)} MiB`,
      );
    }
    if (loadJob.status === 'RUNNING' || loadJob.status === 'QUEUED') continue;
    console.log(
      `${loadJob.status}: ${loadJob.processed} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s, peak RSS ${peak.toFixed(0)} MiB`,
    );
    break;
  }
  const sorted = (values) => [...values].sort((a, b) => a - b);
  const at = (values, share) => sorted(values)[Math.floor((values.length - 1) * share)].toFixed(1);
  console.log(
    `main thread's longest stalls (ms): median ${at(stalls, 0.5)}, 95 % ${at(stalls, 0.95)}, max ${at(stalls, 1)}`,
  );
  console.log(
    `searches during the load (ms): median ${at(searches, 0.5)}, 95 % ${at(searches, 0.95)}, max ${at(searches, 1)}`,
  );
} finally {
  await server.close();
}
