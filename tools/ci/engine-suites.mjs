// The suites that need MySQL and Milvus, one after another on one start of the engines, by Jest on what `npm test` has built:
//   node tools/engines/with.mjs mariadb milvus milvus-lite -- node tools/ci/engine-suites.mjs [NAME…]
// What of these projects needs no engine is in `npm test` and not run again. `--long` has the counts of .ci/long.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** A suite that hangs is ended, or nobody would hear of the others. */
const LIMIT_MS = 3_600_000;
const [isLong, wanted] = [process.argv.includes('--long'), process.argv.slice(2).filter((name) => name !== '--long')];
/** On milvus-lite, as if the other were not there. */
const LITE = { WENTU_TEST_MILVUS_ADDRESS: undefined, WENTU_TEST_MILVUS_PID: undefined };
const BOTH = { WENTU_TEST_STORES: 'mysql,milvus' };

const suites = {
  MySQL: { project: 'libs/metadata', files: ['mysql-store', 'mysql-faults', 'mysql-tls'] },
  // They mostly wait for the server.
  Milvus: { project: 'libs/vector-store', files: ['milvus-'], workers: 3 },
  // The whole server on both, with the assertions of the embedded default; then what only servers do: be away, be shared.
  'API on MySQL and Milvus': {
    project: 'apps/api',
    files: ['main-job', 'bad-input', 'lmdb', 'server-stores', 'real-folders', 'load-queue'],
    env: BOTH,
  },
  'API on MySQL and the embedded index': {
    project: 'apps/api',
    files: ['main-job'],
    env: { WENTU_TEST_STORES: 'mysql' },
  },
  'API on SQLite and Milvus': {
    project: 'apps/api',
    files: ['main-job'],
    env: { WENTU_TEST_STORES: 'milvus', ...LITE },
  },
  'import-tutorial': { project: 'apps/cli', files: ['import-tutorial'], env: { ...BOTH, ...LITE } },
  storm: {
    project: 'apps/api',
    files: ['storm'],
    env: { ...BOTH, ...LITE, WENTU_STORM_ROUNDS: isLong ? '200' : '40' },
  },
  // Milvus 2.3.5 has lost its data after a crash and takes a minute to be back; milvus-lite has kept them.
  'engine-kill': {
    project: 'apps/api',
    files: ['engine-kill'],
    env: { ...BOTH, WENTU_ENGINE_KILLS: isLong ? '10,3' : '4,1' },
  },
  'engine-kill, milvus-lite': {
    project: 'apps/api',
    files: ['engine-kill'],
    env: { ...BOTH, ...LITE, WENTU_ENGINE_KILLS: isLong ? '0,10' : '0,3' },
  },
};

const unknown = wanted.filter((name) => !(name in suites));
if (unknown.length > 0) throw new Error(`no suite ${unknown.join(', ')}; there are: ${Object.keys(suites).join(', ')}`);
const sum = { passed: 0, failed: 0 };
const endings = [];
for (const [name, { project, files, env, workers }] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`-- ${name}`);
  const [begun, summary] = [Date.now(), join(root, project, 'test-summary.json')];
  rmSync(summary, { force: true });
  const atOnce = workers ? [`--maxWorkers=${workers}`] : [];
  const { status } = spawnSync('npx', ['jest', ...atOnce, `/(${files.join('|')})[^/]*$`], {
    cwd: join(root, project),
    stdio: 'inherit',
    env: { ...process.env, CI_ENGINES: '1', ...env },
    timeout: LIMIT_MS,
  });
  const part = existsSync(summary) ? JSON.parse(readFileSync(summary, 'utf8')) : { passed: 0, failed: 1 };
  if (status !== 0 && part.failed === 0) part.failed = 1;
  sum.passed += part.passed;
  sum.failed += part.failed;
  endings.push(
    `${name}: ${part.passed} passed, ${part.failed} failed after ${Math.round((Date.now() - begun) / 1_000)} s`,
  );
  console.log(`-- ${endings.at(-1)}`);
}
console.log(endings.join('\n'));
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exit(sum.failed > 0 ? 1 : 0);
