#!/usr/bin/env node
// `npx wentu` works right after `npm ci`: the first call builds what it needs.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const built = ['cli', 'api'].every((app) => existsSync(join(__dirname, '../..', app, 'dist/main.js')));
if (!built) {
  process.stderr.write('wentu: building once…\n');
  const run = spawnSync('npx', ['nx', 'run-many', '-t', 'build', '-p', 'cli,api,web', '--outputStyle=static'], {
    cwd: join(__dirname, '../../..'),
    shell: process.platform === 'win32',
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    process.stderr.write(`${run.stdout}${run.stderr}wentu: the build failed; see above\n`);
    process.exit(3);
  }
}
require('../dist/main.js');
