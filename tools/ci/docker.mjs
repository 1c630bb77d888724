// docker/ without Docker and its registry: hadolint, the compose files against the published schema; then Podman builds the
// target cpu on a base made by debootstrap, and podman-compose runs compose.lite.yaml, which is searched, loaded into and
// stopped. Debian, as root; `install_podman` in .ci/steps has the packages: node tools/ci/docker.mjs
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BASE_ENV, makeBase } from './docker/base-image.mjs';
import { checkImage } from './docker/check-image.mjs';
import { Engine } from './docker/engine.mjs';
import { runProgram, tryProgram } from './docker/run-program.mjs';

const IMAGE = 'wentu:cpu';
const context = resolve(import.meta.dirname, '../..');
const dockerfile = join(context, 'docker/Dockerfile');
const work = mkdtempSync(join(tmpdir(), 'wentu-docker-'));
const engine = new Engine(work);
let passed = 0;
let failed = 0;
const check = (name, holds, output = '') => {
  console.log(`${holds ? 'ok' : 'FAILED'}: ${name}${output && `\n${output}`}`);
  if (holds) passed++;
  else failed++;
};
const checkProgram = (name, file, args) => {
  const { status, output } = tryProgram(file, args);
  check(name, status === 0, output.trim());
};

try {
  const program = (name) => join(work, 'venv/bin', name);
  runProgram('python3', ['-m', 'venv', join(work, 'venv')]);
  runProgram(program('pip'), ['install', '--quiet', '-r', join(import.meta.dirname, 'docker/requirements.txt')]);
  checkProgram('hadolint has nothing to say', program('hadolint'), [dockerfile]);
  checkProgram('the compose files', program('python'), [join(import.meta.dirname, 'docker/check-compose.py')]);

  const [, base] = /^FROM (\S+) AS cpu$/m.exec(readFileSync(dockerfile, 'utf8'));
  engine.importImage(makeBase(base, work), `docker.io/library/${base}`, BASE_ENV);
  engine.build({ context, dockerfile, target: 'cpu', tag: IMAGE });
  check('the target cpu is built', true);
  const options = { program: program('podman-compose'), work, context, check };
  await checkImage(engine, { image: IMAGE, base }, options);
} catch (error) {
  check(error.stack, false);
} finally {
  engine.close();
  rmSync(work, { recursive: true, force: true });
}
console.log('not run: the target cuda and compose.yaml (images of other registries), and Docker itself');
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
