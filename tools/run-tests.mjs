// `npm test`: every project's tests through Nx, then one closing line that sums them up. `npm test -- -p search` is one project's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const projects = ['libs', 'apps'].flatMap((group) => readdirSync(group).map((name) => join(group, name)));
const summaries = projects
  .filter((dir) => existsSync(join(dir, 'jest.config.cjs')))
  .map((dir) => join(dir, 'test-summary.json'));
for (const path of summaries) rmSync(path, { force: true });

const begun = Date.now();
const status = process.argv.length > 2 ? await nx('test', process.argv.slice(2)) : await all();

const seconds = (ms) => Math.round(ms / 1_000);
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const path of summaries) {
  // A project that did not get as far as a summary failed as a whole; of those not asked for there is none.
  if (!existsSync(path) && process.argv.length > 2) continue;
  const part = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { passed: 0, failed: 1, skipped: 0 };
  for (const key of Object.keys(sum)) sum[key] += part[key];
  // Where the time went, except in results from the cache.
  if (part.begun >= begun) {
    const slowest = part.slowest.map(({ path, ms }) => `${path} ${seconds(ms)}`).join(', ');
    console.log(`${path}: from ${seconds(part.begun - begun)} to ${seconds(part.ended - begun)} s; ${slowest}`);
  }
}
if (status !== 0 && sum.failed === 0) sum.failed = 1;
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`);
process.exit(sum.failed > 0 ? 1 : 0);

/**
 * Nx begins with the libraries, and the API's suites take longest: they begin at once, beside those of the others.
 * Everything is built before, because Nx empties and fills the dist folders also when nothing has changed.
 */
async function all() {
  const built = await nx('build', []);
  if (built !== 0) return built;
  const ended = await Promise.all(
    [
      ['-p', 'api'],
      ['--exclude=api', '--parallel=1'],
    ].map((which) => nx('test', [...which, '--excludeTaskDependencies'])),
  );
  return Math.max(...ended);
}

/** @returns the exit code */
async function nx(target, options) {
  const args = ['nx', 'run-many', '-t', target, '--outputStyle=static', '--nxBail=false', ...options];
  const run = spawn('npx', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  const [code] = await once(run, 'exit');
  return code ?? 1;
}
