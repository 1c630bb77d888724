// Starts engines, runs a command that finds them in its environment, stops them: node tools/engines/with.mjs NAME… -- COMMAND…
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const VARIABLES = {
  mariadb: 'WENTU_TEST_MYSQL_URL',
  milvus: 'WENTU_TEST_MILVUS_ADDRESS',
  'milvus-lite': 'WENTU_TEST_MILVUS_LITE_ADDRESS',
};
const split = process.argv.indexOf('--');
const names = process.argv.slice(2, split);
const [command, ...args] = split < 0 ? [] : process.argv.slice(split + 1);
const scripts = names.map((name) => fileURLToPath(new URL(`${name}.mjs`, import.meta.url)));
const unknown = names.filter((name, i) => !VARIABLES[name] || !existsSync(scripts[i]));
if (!command || names.length === 0 || unknown.length > 0) {
  console.error(`usage: with.mjs NAME… -- COMMAND…, with names of ${Object.keys(VARIABLES).join(', ')}`);
  process.exit(2);
}

const engines = scripts.map((script) =>
  spawn(process.execPath, [script, 'start'], { stdio: ['ignore', 'pipe', 'inherit'] }),
);
for (const { pid } of engines) {
  try {
    // Before suites that run beside them: MariaDB once did not answer for ten seconds. Only root may.
    setPriority(pid, -5);
  } catch {
    // They run as everything else.
  }
}
const ends = engines.map((engine) => new Promise((resolve) => engine.once('exit', resolve)));
const children = [...engines];
for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => children.forEach((child) => child.kill('SIGTERM')));

/** The url of the engine's one line; rejects when it ends without one. */
const urlOf = (engine, i) =>
  new Promise((resolve, reject) => {
    createInterface(engine.stdout).once('line', (line) => resolve(JSON.parse(line).url));
    void ends[i].then(() => reject(new Error(`${names[i]} did not start`)));
  });
let status = 1;
try {
  const urls = await Promise.all(engines.map(urlOf));
  const env = { ...process.env };
  names.forEach((name, i) => {
    env[VARIABLES[name]] = urls[i];
    // SIGUSR2 to it is a crash of its engine.
    env[VARIABLES[name].replace(/_[A-Z]+$/, '_PID')] = String(engines[i].pid);
  });
  const child = spawn(command, args, { stdio: 'inherit', env });
  children.push(child);
  status = await new Promise((resolve, reject) =>
    child.once('error', reject).once('exit', (code) => resolve(code ?? 1)),
  );
} catch (error) {
  console.error(error.message);
} finally {
  engines.forEach((engine) => engine.kill('SIGTERM'));
  await Promise.all(ends);
}
process.exit(status);
