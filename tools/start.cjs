// `npm start`: builds the server and the page, then runs the server in this process. It is one script instead of a
// `prestart`, which npm skips under `ignore-scripts`. It is CommonJS, because loading ES modules would start libuv's
// thread pool before the server sets its size.
const { spawnSync } = require('node:child_process');

const { status, error } = spawnSync('npx', ['nx', 'run-many', '-t', 'build', '-p', 'api,web', '--outputStyle=static'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (error) throw error;
if (status !== 0) process.exit(status ?? 1);
require('../apps/api/dist/main.js');
