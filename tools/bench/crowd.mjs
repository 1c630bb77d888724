// How the server answers crowds:
//   npx nx run-many -t build -p api && node tools/bench/crowd.mjs [--seconds N] [--clients 1000,2500] [--only WORD]
// Needs Linux and about two minutes. Clients and server share the cores, so the figures are lower than those of a server
// with a machine for itself. Each client searches for a new text, and waits for the time that Retry-After says, and up to
// a second more, when it is refused. The probe of /healthz is in a thread of its own.
import { Agent, request } from 'node:http';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { ask } from '../ci/ask.mjs';
import { BuiltServer } from '../ci/built-server.mjs';

const SAMPLES = join(import.meta.dirname, '../../samples');
const IDLE = 2_000;
const VANISHING = 200;
/** The number of texts so far: each is a new one, because texts are cached. */
let texts = 0;
let loads = 0;

if (isMainThread) await main();
else await probeHealth(workerData);

async function main() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '15' },
      clients: { type: 'string', default: '1000,2500' },
      // Only the scenes whose name has this word.
      only: { type: 'string', default: '' },
      // Options of Node.js for the server, such as --cpu-prof.
      node: { type: 'string', default: '' },
    },
  });
  const seconds = Number(values.seconds);
  const rows = [];
  const server = await BuiltServer.start(
    { WENTU_LOAD_ROOTS: SAMPLES },
    { args: values.node === '' ? [] : values.node.split(' ') },
  );
  try {
    await warmUp(server);
    const scenes = [
      ...[16, ...values.clients.split(',').map(Number)].map((clients) => [
        `${clients} clients`,
        () => searchFor(server, clients, seconds),
      ]),
      [`${IDLE} idle connections`, () => beside(idle(server), server, seconds)],
      ['a load', () => beside(load(server), server, seconds)],
      [`${VANISHING} clients that vanish`, () => beside(vanish(server), server, seconds)],
      [`${VANISHING} clients that vanish, and a load`, () => vanishBesideLoad(server, seconds)],
    ];
    for (const [name, scene] of scenes.filter(([name]) => name.includes(values.only)))
      rows.push(await measure(server, name, scene));
  } finally {
    await server.close();
  }
  console.log(`load of the machine: ${loadavg()[0].toFixed(1)}`);
  console.table(Object.fromEntries(rows));
}

async function warmUp(server) {
  for (let i = 0; i < 200; i++) await search(server, new Agent());
}

/** Runs a scene with the probe beside it. @returns its name and its figures */
async function measure(server, name, scene) {
  process.stderr.write(`${name}\n`);
  const probe = new Worker(new URL(import.meta.url), { workerData: server.address });
  await new Promise((ready) => probe.once('online', ready));
  let most = 0;
  const sampling = setInterval(() => (most = Math.max(most, memoryMiB(server))), 200);
  // Prometheus' client begins anew with each read.
  await loopDelay(server);
  const cpu = mainThreadSeconds(server);
  const sceneBegun = performance.now();
  const found = await scene();
  const seconds = (performance.now() - sceneBegun) / 1_000;
  const busy = (mainThreadSeconds(server) - cpu) / seconds;
  const loop = await loopDelay(server);
  clearInterval(sampling);
  const begun = performance.now();
  const after = await search(server, new Agent());
  const then = Math.round(performance.now() - begun);
  const health = await new Promise((answer) => {
    probe.once('message', answer);
    probe.postMessage('end');
  });
  await probe.terminate();
  await sleep(1_000);
  return [
    name,
    {
      ...found,
      'health p99': at(health, 0.99),
      'health max': at(health, 1),
      'loop p99': loop.p99,
      'loop max': loop.max,
      'main thread %': Math.round(busy * 100),
      'MiB at most': Math.round(most),
      'then, ms': after.status === 200 ? then : `status ${after.status}`,
    },
  ];
}

/** Clients that search for `seconds`, each on a connection of its own. */
async function searchFor(server, clients, seconds) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const [answered, refused, failed] = [[], [], {}];
  const end = performance.now() + seconds * 1_000;
  const client = async () => {
    while (performance.now() < end) {
      const { status, ms, error, retryAfter } = await search(server, agent);
      if (status === 200) answered.push(ms);
      else if (status === 503) refused.push(ms);
      else failed[error ?? status] = (failed[error ?? status] ?? 0) + 1;
      if (status !== 200) await sleep((retryAfter + Math.random()) * 1_000);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return {
    'answers/s': Math.round(answered.length / seconds),
    p50: at(answered, 0.5),
    p99: at(answered, 0.99),
    refused: refused.length,
    'refused p50': at(refused, 0.5),
    'refused p99': at(refused, 0.99),
    ...(Object.keys(failed).length > 0 ? { failed: JSON.stringify(failed) } : {}),
  };
}

/** 8 clients that search while something else goes on. */
async function beside(begun, server, seconds) {
  const end = await begun;
  const found = await searchFor(server, 8, seconds);
  await end();
  return found;
}

async function idle(server) {
  const { hostname, port } = new URL(server.address);
  const sockets = Array.from({ length: IDLE }, () => connect(Number(port), hostname).on('error', () => undefined));
  await sleep(1_000);
  return async () => sockets.forEach((socket) => socket.destroy());
}

/** Clients that leave before the answer comes. */
async function vanish(server) {
  let isOver = false;
  const leaving = Array.from({ length: VANISHING }, async () => {
    while (!isOver) {
      const leave = new AbortController();
      setTimeout(() => leave.abort(), Math.random() * 100);
      await search(server, new Agent(), leave.signal);
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(leaving);
  };
}

/** A load of the samples into a collection of its own. The second function of the result waits for its end. */
async function load(server) {
  const loading = ask(
    server.address,
    'mutation ($collection: String!, $directory: String!) {' +
      ' loadCollection(collection: $collection, directory: $directory, wait: true) { loaded } }',
    { collection: `crowd-${loads++}`, directory: SAMPLES },
  );
  // It begins before the crowd, which would keep it out.
  await sleep(500);
  return async () => (await loading).loadCollection.loaded;
}

async function vanishBesideLoad(server, seconds) {
  const loaded = await load(server);
  const found = await beside(vanish(server), server, seconds);
  return { ...found, loaded: await loaded() };
}

function search(server, agent, signal) {
  const query =
    '{ searchImages(text: "TEXT", collection: "samples") { similarity image { id imageId url(width: 320) } } }';
  const body = JSON.stringify({ query: query.replace('TEXT', `小狗${texts++}`) });
  const begun = performance.now();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((done) => {
    const ended = (found) => done({ ms: performance.now() - begun, retryAfter: 0, ...found });
    request(`${server.address}/graphql`, { method: 'POST', headers, agent, signal }, (response) => {
      response.resume();
      response.once('error', (error) => ended({ error: error.code }));
      const retryAfter = Number(response.headers['retry-after'] ?? 0);
      response.once('end', () => ended({ status: response.statusCode, retryAfter }));
    })
      .once('error', (error) => ended({ error: error.code }))
      .end(body);
  });
}

async function probeHealth(address) {
  const times = [];
  let isOver = false;
  parentPort.once('message', () => (isOver = true));
  const agent = new Agent({ keepAlive: true });
  while (!isOver) {
    const begun = performance.now();
    await new Promise((done) => {
      request(`${address}/healthz`, { agent }, (response) => response.resume().once('end', done))
        .once('error', done)
        .end();
    });
    times.push(performance.now() - begun);
    await sleep(50);
  }
  parentPort.postMessage(times);
}

/** How late the timers of the main thread were since the last call, in milliseconds. */
async function loopDelay(server) {
  const text = await (await fetch(`${server.address}/metrics`)).text();
  const of = (name) =>
    Math.round(Number(new RegExp(`^wentu_nodejs_eventloop_lag_${name}_seconds (.+)$`, 'm').exec(text)[1]) * 1_000);
  return { p99: of('p99'), max: of('max') };
}

/** The CPU seconds of the main thread. */
function mainThreadSeconds(server) {
  const { pid } = server.process.child;
  const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'latin1');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / 100;
}

function memoryMiB(server) {
  return (
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024
  );
}

/** A percentile, rounded to a whole millisecond. */
function at(times, share) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.length === 0
    ? null
    : Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
}
