// The suites that need MySQL and Milvus, three at a time on one start of the engines, by Jest on what `npm test` has
// built:
//   node tools/engines/with.mjs mariadb milvus milvus-lite -- node tools/ci/engine-suites.mjs [NAME…]
// What of these projects needs no engine is in `npm test` and not run again. `--long` has the counts of .ci/long.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** Suites mostly wait for their engines, so three at a time keep two cores busy. */
const LANES = 3;
/** A suite that hangs is ended, or nobody would hear of the others. */
const LIMIT_MS = 3_600_000;
const [isLong, wanted] = [process.argv.includes('--long'), process.argv.slice(2).filter((name) => name !== '--long')];
/** On milvus-lite, as if the other were not there. */
const LITE = { WENTU_TEST_MILVUS_ADDRESS: undefined, WENTU_TEST_MILVUS_PID: undefined };
const BOTH = { WENTU_TEST_STORES: 'mysql,milvus' };

/**
 * Long ones first. `uses`: engines. `kills`: engines that no other suite uses meanwhile. `onlyLong`: what the others
 * cover in other combinations, and what needs the engines for itself.
 */
const suites = {
  // The whole server on both, with the assertions of the embedded default; then what only servers do: be away, be
  // shared.
  'API on MySQL and Milvus': {
    uses: ['mysql', 'milvus'],
    project: 'apps/api',
    files: [
      'main-job',
      'server-stores',
      'load-queue',
      'everywhere',
      'image-lists',
      'facts-pass',
      'e2e/backup',
      ...(isLong
        ? [
            'bad-input',
            'lmdb',
            'real-folders',
            'kept-out',
            'put\\.test',
            'duplicates\\.test',
            'dates-in-words',
            'e2e/attributes',
            'page-library',
          ]
        : []),
    ],
    env: { ...BOTH, ...(isLong ? { WENTU_LIBRARY_PICTURES: '1000' } : {}) },
  },
  'changes of the model': {
    uses: ['mysql', 'milvus'],
    project: 'apps/api',
    // The rest of them runs on SQLite in `npm test`.
    files: isLong ? ['reencode'] : ['reencode-stores'],
    env: { ...BOTH, WENTU_REENCODE_KILL_ROUNDS: '30' },
  },
  'rate limits': { uses: ['mysql'], project: 'libs/composition', files: ['rate-limiter'] },
  Milvus: { uses: ['milvus', 'lite'], project: 'libs/vector-store', files: ['milvus-'], workers: 3 },
  // The gate has the storm, which kills servers, and in which both stores are silent, slow, cut or away.
  'engine-kill, milvus-lite': {
    onlyLong: true,
    uses: ['mysql'],
    kills: ['lite'],
    project: 'apps/api',
    files: ['engine-kill'],
    env: { ...BOTH, ...LITE, WENTU_ENGINE_KILLS: '0,10' },
  },
  MySQL: { uses: ['mysql'], project: 'libs/metadata', files: ['mysql-store', 'mysql-faults', 'mysql-tls'] },
  storm: {
    uses: ['mysql', 'lite'],
    project: 'apps/api',
    files: ['storm'],
    env: { ...BOTH, ...LITE, WENTU_STORM_ROUNDS: isLong ? '200' : '25' },
  },
  'API on SQLite and Milvus': {
    onlyLong: true,
    uses: ['lite'],
    project: 'apps/api',
    files: ['main-job'],
    env: { WENTU_TEST_STORES: 'milvus', ...LITE },
  },
  'API on MySQL and the embedded index': {
    onlyLong: true,
    uses: ['mysql'],
    project: 'apps/api',
    files: ['main-job'],
    env: { WENTU_TEST_STORES: 'mysql' },
  },
  'import-tutorial': {
    uses: ['mysql', 'lite'],
    project: 'apps/cli',
    files: ['import-tutorial'],
    env: { ...BOTH, ...LITE },
  },
  // Milvus 2.3.5 has lost its data after a crash and takes a minute to be back; milvus-lite has kept them. Nothing else can
  // run beside it, so the gate leaves it to `.ci/long`.
  'engine-kill': {
    onlyLong: true,
    uses: [],
    kills: ['mysql', 'milvus'],
    project: 'apps/api',
    files: ['engine-kill'],
    env: { ...BOTH, WENTU_ENGINE_KILLS: '10,3' },
  },
};

const unknown = wanted.filter((name) => !(name in suites));
if (unknown.length > 0) throw new Error(`no suite ${unknown.join(', ')}; there are: ${Object.keys(suites).join(', ')}`);
const results = mkdtempSync(join(tmpdir(), 'wentu-engine-suites-'));
const waiting = Object.entries(suites).filter(([name, { onlyLong }]) =>
  wanted.length === 0 ? isLong || !onlyLong : wanted.includes(name),
);
const running = new Map();
const sum = { passed: 0, failed: 0 };
const endings = [];
while (waiting.length > 0 || running.size > 0) {
  const next = running.size < LANES ? waiting.findIndex(([, suite]) => mayStart(suite)) : -1;
  if (next === -1) {
    await Promise.race([...running.values()].map(({ end }) => end));
    continue;
  }
  const [[name, suite]] = waiting.splice(next, 1);
  console.log(`-- ${name}: begins`);
  running.set(name, { suite, end: run(name, suite).finally(() => running.delete(name)) });
}
rmSync(results, { recursive: true });
console.log(endings.join('\n'));
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exit(sum.failed > 0 ? 1 : 0);

function mayStart({ uses, kills = [] }) {
  return [...running.values()].every(
    ({ suite }) =>
      !kills.some((engine) => suite.uses.includes(engine) || suite.kills?.includes(engine)) &&
      !suite.kills?.some((engine) => uses.includes(engine)),
  );
}

/** Prints the whole output of a suite at its end, so that those of several suites do not mix. */
async function run(name, { project, files, env, workers }) {
  const begun = Date.now();
  const summary = join(results, `${name}.json`);
  const atOnce = workers ? [`--maxWorkers=${workers}`] : [];
  const args = ['jest', ...atOnce, '--json', `--outputFile=${summary}`, `/(${files.join('|')})[^/]*$`];
  const child = spawn('npx', args, {
    cwd: join(root, project),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI_ENGINES: '1', ...env },
    timeout: LIMIT_MS,
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => output.push(bytes));
  const status = await new Promise((resolve) => child.once('close', resolve));
  process.stdout.write(Buffer.concat(output));
  const part = countsOf(summary);
  if (status !== 0 && part.failed === 0) part.failed = 1;
  sum.passed += part.passed;
  sum.failed += part.failed;
  const seconds = Math.round((Date.now() - begun) / 1_000);
  endings.push(`${name}: ${part.passed} passed, ${part.failed} failed after ${seconds} s`);
  console.log(`-- ${endings.at(-1)}`);
}

function countsOf(summary) {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(summary, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } catch {
    // The run ended before it had results.
    return { passed: 0, failed: 1 };
  }
}
