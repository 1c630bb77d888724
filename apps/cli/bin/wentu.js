#!/usr/bin/env node
// `npx wentu` must work right after `npm ci`, so the first call builds the apps.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const built = ['cli', 'api'].every((app) => existsSync(join(__dirname, '../..', app, 'dist/bundle/main.js')));
if (!built) {
  // The same rule as languageOfLocale of libs/language, which is not built yet.
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const chinese = /^zh/i.test(LC_ALL || LC_MESSAGES || LANG || '');
  process.stderr.write(chinese ? '文图：第一次运行，正在构建……\n' : 'wentu: building once…\n');
  const run = spawnSync('npx', ['nx', 'run-many', '-t', 'build', '-p', 'cli,api,web', '--outputStyle=static'], {
    cwd: join(__dirname, '../../..'),
    shell: process.platform === 'win32',
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    process.stderr.write(
      `${run.stdout}${run.stderr}${chinese ? '文图：构建失败，见上面的输出' : 'wentu: the build failed; see above'}\n`,
    );
    process.exit(3);
  }
}
require('../dist/bundle/main.js');
