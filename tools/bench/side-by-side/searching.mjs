// Clients that search for some time, and the cost of that.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineCpuSeconds, usageOf } from '../lib/processes.mjs';

const WHO = ['一个小女孩', '两只狗', '一位老人', '三个孩子', '一只猫', '几个工人', '一辆红色的汽车', '一对情侣'];
const WHERE = ['在海边', '在草地上', '在街道旁', '在雪山前', '在厨房里', '在球场上', '在桥上', '在树下'];
const WHAT = ['奔跑', '看日落', '吃西瓜', '弹吉他', '拍照', '睡觉', '等人', '大声地笑'];
const DIFFERENT = WHO.length * WHERE.length * WHAT.length;
const REPEATED = 16;
/** The answers to the texts before this one are compared. */
export const FIRST_FRESH = 50;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** The i-th text, of about ten tokens. After the first 512, a number makes it different. */
export function textOf(i) {
  const at = i % DIFFERENT;
  const text = WHO[at % 8] + WHERE[Math.floor(at / 8) % 8] + WHAT[Math.floor(at / 64)];
  return i < DIFFERENT ? text : `${text}${Math.floor(i / DIFFERENT)}`;
}

/** Texts for one server: new ones, or the same few repeated. */
export function makeTexts() {
  let next = FIRST_FRESH;
  return { fresh: () => textOf(next++), repeated: () => textOf(Math.floor(random() * REPEATED)) };
}

/** A number in [0, 1), the same sequence in each run (mulberry32). */
let state = 7;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/** @returns the body of the answer */
export function ask(url, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const answer = Buffer.concat(chunks);
        // GraphQL answers 200 when a field has an error.
        const failed = response.statusCode !== 200 || answer.subarray(0, 200).includes('"errors"');
        if (failed) reject(new Error(`${response.statusCode} ${answer.subarray(0, 2_000)}`));
        else resolve(answer);
      });
    });
    // A server may close an idle connection while it is being reused; then it has not read the request.
    sent.on('error', (error) => {
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(ask(url, body));
      else reject(error);
    });
    sent.end(body);
  });
}

/** `clients` clients send one search after another for `seconds`. */
export async function searchClosed(one, makeBody, clients, seconds) {
  return await watched(one, async (latenciesMs) => {
    const until = performance.now() + 1_000 * seconds;
    const client = async () => {
      while (performance.now() < until) {
        const startedAt = performance.now();
        await ask(one.search, makeBody());
        latenciesMs.push(performance.now() - startedAt);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  });
}

/** Sends searches at random times, on average `perSecond`. Waiting for earlier searches is part of the latency. */
export async function searchOpen(one, makeBody, perSecond, seconds) {
  return await watched(one, async (latenciesMs) => {
    const begun = performance.now();
    const under = [];
    for (let dueMs = 0; dueMs < 1_000 * seconds; dueMs += (-1_000 * Math.log(1 - random())) / perSecond) {
      const due = begun + dueMs;
      await sleep(Math.max(0, due - performance.now()));
      const answered = ask(one.search, makeBody()).then(() => latenciesMs.push(performance.now() - due));
      // The rejection is handled at the end; until then it must not count as unhandled.
      answered.catch(() => undefined);
      under.push(answered);
    }
    await Promise.all(under);
  });
}

async function watched({ service, stores }, work) {
  const look = () => ({
    at: performance.now() / 1_000,
    service: usageOf(service).cpuSeconds,
    stores: usageOf(stores).cpuSeconds,
    own: process.cpuUsage(),
    machine: machineCpuSeconds(),
  });
  const latenciesMs = [];
  const before = look();
  await work(latenciesMs);
  const after = look();
  const took = (key) => after[key] - before[key];
  const own = (after.own.user + after.own.system - before.own.user - before.own.system) / 1e6;
  const seconds = took('at');
  latenciesMs.sort((a, b) => a - b);
  const at = (share) => latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))];
  const count = latenciesMs.length;
  return {
    'p50 ms': at(0.5),
    'p95 ms': at(0.95),
    'p99 ms': at(0.99),
    'queries/s': count / seconds,
    'CPU-ms a query': (1_000 * (took('service') + took('stores'))) / count,
    'CPU-ms a query, service alone': (1_000 * took('service')) / count,
    'cores taken by others': (took('machine') - took('service') - took('stores') - own) / seconds,
  };
}
