// docker/ without Docker: hadolint, the compose files against the published schema, and the Dockerfile's own steps in a
// chroot whose server is started, searched and stopped. Debian, as root, with debootstrap and Python 3: node tools/ci/docker.mjs
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeBase } from './docker/base-image.mjs';
import { checkImage } from './docker/check-image.mjs';
import { parseDockerfile, parseIgnore } from './docker/dockerfile.mjs';
import { ImageBuilder, run } from './docker/image-builder.mjs';

const context = resolve(import.meta.dirname, '../..');
const dockerfile = join(context, 'docker/Dockerfile');
const work = mkdtempSync(join(tmpdir(), 'wentu-docker-'));
let passed = 0;
let failed = 0;
const check = (name, holds) => {
  console.log(`${holds ? 'ok' : 'FAILED'}: ${name}`);
  if (holds) passed++;
  else failed++;
};

try {
  const python = join(work, 'venv/bin');
  run('python3', ['-m', 'venv', join(work, 'venv')]);
  run(`${python}/pip`, ['install', '--quiet', '-r', join(import.meta.dirname, 'docker/requirements.txt')]);
  check('hadolint has nothing to say', succeeds(`${python}/hadolint`, [dockerfile]));
  check('the compose files', succeeds(`${python}/python`, [join(import.meta.dirname, 'docker/check-compose.py')]));

  const stages = parseDockerfile(readFileSync(dockerfile, 'utf8'));
  const baseName = stages.get('cpu').from;
  const base = makeBase(baseName, work);
  const cache = join(work, 'npm-cache');
  mkdirSync(cache);
  mkdirSync(join(work, 'stages'));
  const builder = new ImageBuilder({
    stages,
    context,
    ignores: parseIgnore(readFileSync(join(context, '.dockerignore'), 'utf8')),
    work: join(work, 'stages'),
    bases: new Map([[baseName, base]]),
    cache,
  });
  const image = builder.build('cpu');
  check('the steps of the target cpu run', true);
  await checkImage(image, { base, work, context, check });
} catch (error) {
  check(error.stack, false);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log('not run: the target cuda (its base image and NuGet are out of reach), and any container engine');
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function succeeds(file, args) {
  return spawnSync(file, args, { stdio: 'inherit', timeout: 60_000 }).status === 0;
}
