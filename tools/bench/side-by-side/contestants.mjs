// The compared services: how each is started, loaded and queried.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ask, untilMeasured } from '../../ci/ask.mjs';
import { freePort } from '../../ci/free-port.mjs';
import { startServer } from '../lib/processes.mjs';

const root = join(import.meta.dirname, '../../..');
export const TOP_K = 10;

/**
 * A running service: `service` and `stores` are pids; `make` creates a collection; `load` resolves when all pictures
 * are loaded; `request(text, variant)` is the body of a search, `read(answer, variant)` the found ids, nearest first.
 */
export const contestants = {
  peer: startPeer,
  wentu: (place) => startWentu(false, place),
  'wentu on servers': (place) => startWentu(true, place),
};

async function startPeer(place) {
  const engines = await startEngines();
  try {
    const port = await freePort();
    const env = { PEER_CHECKPOINT: place.checkpoint, PEER_MILVUS: engines.milvus, PEER_MYSQL: engines.mysql };
    const command = [place.python, '-W', 'ignore', join(root, 'tools/bench/peer/service.py'), String(port)];
    const url = `http://127.0.0.1:${port}`;
    const server = await startServer(command, env, `${url}/openapi.json`);
    return {
      ...running(server, engines),
      search: `${url}/img/search`,
      variants: ['data'],
      make: (collection) => post(`${url}/collection`, { collection }),
      async load(collection, folder) {
        const { count } = await post(`${url}/img/load`, { collection, folder });
        return count;
      },
      request: (text, collection) => JSON.stringify({ collection, text, top_k: TOP_K }),
      read: (answer) => JSON.parse(answer).map(({ image_id: id }) => String(id)),
    };
  } catch (error) {
    await engines.stop();
    throw error;
  }
}

async function startWentu(onServers, place) {
  const engines = onServers ? await startEngines() : { pids: [], stop: async () => undefined };
  const dataDir = mkdtempSync(join(tmpdir(), 'wentu-side-by-side-data-'));
  const cleanUp = async () => {
    await engines.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const port = await freePort();
    const env = { ...wentuEnv(place, dataDir), PORT: String(port), WENTU_LOAD_ROOTS: place.data };
    if (onServers) Object.assign(env, onEngines(engines));
    const url = `http://127.0.0.1:${port}`;
    const server = await startServer(
      [process.execPath, ...(place.nodeOptions ?? []), join(root, 'apps/api/dist/bundle/main.js')],
      env,
      `${url}/readyz`,
    );
    const startedAt = performance.now();
    await untilMeasured(url);
    const settleSeconds = (performance.now() - startedAt) / 1_000;
    const picture = { data: 'imageId data', urls: 'imageId url(width: 320)' };
    return {
      ...running(server, { ...engines, stop: cleanUp }),
      settleSeconds,
      search: `${url}/graphql`,
      variants: ['data', 'urls'],
      make: (name) => ask(url, 'mutation ($name: String!) { createCollection(name: $name) { name } }', { name }),
      async load(collection, directory) {
        const query =
          'mutation ($c: String!, $d: String!) { loadCollection(collection: $c, directory: $d, wait: true) { status loaded } }';
        const { loadCollection } = await ask(url, query, { c: collection, d: directory });
        if (loadCollection.status !== 'SUCCEEDED') throw new Error(`the load of ${directory} ${loadCollection.status}`);
        return loadCollection.loaded;
      },
      request: (text, collection, variant) =>
        JSON.stringify({
          query: `query ($text: String!, $collection: String!) { searchImages(text: $text, collection: $collection, topK: ${TOP_K}) { distance image { ${picture[variant]} } } }`,
          variables: { text, collection },
        }),
      read: (answer) => JSON.parse(answer).data.searchImages.map(({ image }) => image.imageId),
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

export function wentuEnv(place, dataDir) {
  return {
    WENTU_MODEL: place.model,
    WENTU_DATA_DIR: dataDir,
    WENTU_SAMPLES: 'off',
    WENTU_READ_WORDS: 'off',
    WENTU_LOG_LEVEL: 'warn',
  };
}

/** `session` is the level that is nearest to pymilvus's default consistency, `Bounded`. */
function onEngines({ milvus, mysql }) {
  return { DATABASE_URL: mysql, VECTOR_STORE: 'milvus', MILVUS_ADDRESS: milvus, MILVUS_CONSISTENCY: 'session' };
}

function running(server, engines) {
  return {
    readySeconds: server.readySeconds,
    service: [server.pid],
    stores: engines.pids,
    async stop() {
      await server.stop();
      await engines.stop();
    },
  };
}

async function startEngines() {
  const engines = ['milvus', 'mariadb'].map((name) =>
    spawn(process.execPath, [join(root, `tools/engines/${name}.mjs`), 'start'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const ends = engines.map((engine) => new Promise((resolve) => engine.once('exit', resolve)));
  const stop = async () => {
    engines.forEach((engine) => engine.kill('SIGTERM'));
    await Promise.all(ends);
  };
  const lines = engines.map(
    (engine, i) =>
      new Promise((resolve, reject) => {
        createInterface(engine.stdout).once('line', (line) => resolve(JSON.parse(line).url));
        void ends[i].then(() => reject(new Error('an engine did not start; its log is above')));
      }),
  );
  try {
    const [milvus, mysql] = await Promise.all(lines);
    return { milvus, mysql, pids: engines.map(({ pid }) => pid), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function post(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return await response.json();
}
