// Whether .dockerignore leaves the image what its build runs: the scripts of tools/ in the build commands of the projects.
// The build itself takes long, so only .ci/long has it: node tools/ci/docker/check-context.mjs
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startChecks } from '../checks.mjs';

const root = join(import.meta.dirname, '../../..');
const read = (path) => readFileSync(join(root, path), 'utf8');
// A dependency of the folder reader; the patterns of .dockerignore that this file has mean the same to it.
const ignore = createRequire(join(root, 'libs/dataset/package.json'))('ignore');
const ignored = ignore().add(read('.dockerignore'));
const { check, end } = startChecks();

const manifests = ['apps', 'libs'].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => `${group}/${name}/package.json`),
);
const commands = ['nx.json', ...manifests].flatMap((path) => read(path).match(/"command": "[^"]*"/g) ?? []);
const scripts = new Set(commands.flatMap((command) => command.match(/tools\/[\w./-]+\.[cm]?js/g) ?? []));
await check('the build runs scripts of tools', () => assert.notEqual(scripts.size, 0));
for (const path of scripts)
  await check(`the image is built with ${path}`, () =>
    assert(!ignored.ignores(path), `.dockerignore leaves out ${path}`),
  );
end();
