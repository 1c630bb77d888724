// The whole path: a folder of pictures through decoding, resizing, the image tower and the stores, as a user loads it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, untilMeasured } from '../../ci/ask.mjs';
import { BuiltServer } from '../../ci/built-server.mjs';
import { writePicture } from '../lib/grainy-pictures.mjs';
import { usageOf } from '../lib/processes.mjs';
import { median } from '../lib/report.mjs';
import { watchGpu } from './children.mjs';

const AT_ONCE = 16;
const SEARCHES = 20;

/** @returns the folder */
export async function makePictures(count) {
  const folder = mkdtempSync(join(tmpdir(), 'wentu-gpu-pictures-'));
  try {
    for (let start = 0; start < count; start += AT_ONCE) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, i) => start + i);
      await Promise.all(numbers.map((i) => writePicture(folder, i)));
    }
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A new server on an empty data folder loads all of them, then it answers searches. */
export async function measureLoad({ model, device, batch, folder, count, env, timeoutMs }) {
  const gpu = watchGpu(device);
  const settings = { WENTU_MODEL: model, WENTU_DEVICE: device, WENTU_BATCH_SIZE: String(batch) };
  const others = { WENTU_LOAD_ROOTS: folder, WENTU_SAMPLES: 'off' };
  const begun = performance.now();
  const server = await BuiltServer.start({ ...env, ...settings, ...others }, { readyMs: timeoutMs }).catch((error) => {
    gpu.stop();
    throw error;
  });
  // The calls below end with the server.
  const end = setTimeout(() => server.process.close(), timeoutMs - (performance.now() - begun));
  try {
    await untilMeasured(server.address);
    const { serverInfo } = await ask(server.address, '{ serverInfo { executionProvider executionProviderReason } }');
    if (!device.startsWith(serverInfo.executionProvider))
      throw new Error(`the server uses ${serverInfo.executionProvider}: ${serverInfo.executionProviderReason}`);
    const { pid } = server.process.child;
    const [cpu, start] = [usageOf([pid]).cpuSeconds, performance.now()];
    const query = 'mutation ($directory: String!) { loadCollection(directory: $directory, wait: true) { loaded } }';
    const { loadCollection } = await ask(server.address, query, { directory: folder });
    const seconds = (performance.now() - start) / 1_000;
    if (loadCollection.loaded !== count) throw new Error(`only ${loadCollection.loaded} of ${count} were loaded`);
    const { cpuSeconds, rssMib } = usageOf([pid]);
    const searchMs = await measureSearches(server.address);
    const cpuMs = ((cpuSeconds - cpu) * 1_000) / count;
    return { batch, rate: count / seconds, cpuMs, searchMs, rssMib, gpuMib: gpu.stop() };
  } finally {
    clearTimeout(end);
    gpu.stop();
    await server.close();
  }
}

/** Milliseconds of a search over HTTP. Each text is new, so none is in the cache. */
async function measureSearches(address) {
  const query = 'query ($text: String!) { searchImages(text: $text, topK: 10) { distance } }';
  const milliseconds = [];
  for (let i = 0; i < SEARCHES; i++) {
    const start = performance.now();
    await ask(address, query, { text: `第${i}只小狗在草地上奔跑` });
    milliseconds.push(performance.now() - start);
  }
  return median(milliseconds);
}
