// tools/bench/soak.mjs loads this into the server with `node --require`. At each SIGUSR2 every thread collects its
// garbage, and the main thread writes what is left into the file SOAK_FILE.
const { writeFileSync, renameSync } = require('node:fs');
const { BroadcastChannel, isMainThread } = require('node:worker_threads');

/** How long the main thread waits for the other threads. */
const COLLECT_MS = 3_000;
const channel = new BroadcastChannel('soak');
channel.unref();
let heaps = [];

channel.onmessage = ({ data }) => {
  if (isMainThread) heaps.push(data.heapBytes);
  else if (data.collect) channel.postMessage({ heapBytes: collect() });
};
if (isMainThread)
  process.on('SIGUSR2', () => {
    heaps = [collect()];
    channel.postMessage({ collect: true });
    setTimeout(write, COLLECT_MS);
  });

function collect() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function write() {
  const counts = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  const file = process.env.SOAK_FILE;
  const found = {
    mainHeapBytes: heaps[0],
    heapBytes: heaps.reduce((sum, bytes) => sum + bytes, 0),
    heaps: heaps.length,
    counts,
  };
  writeFileSync(`${file}.new`, JSON.stringify(found));
  renameSync(`${file}.new`, file);
}
