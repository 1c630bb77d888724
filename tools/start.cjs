// `npm start`: builds the server and the page, then runs the server in this process. It is one script instead of a
// `prestart`, which npm skips under `ignore-scripts`. It is CommonJS, because loading ES modules would start libuv's
// thread pool before the server sets its size.
const { spawnSync } = require('node:child_process');

const PARENT_CHECK_MS = 500;
const parent = process.ppid;

const { status, error } = spawnSync('npx', ['nx', 'run-many', '-t', 'build', '-p', 'api,web', '--outputStyle=static'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (error) throw error;
if (status !== 0) process.exit(status ?? 1);
// npm passes SIGTERM to the shell that runs this script. Many shells end without passing it on.
const check = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(check);
  process.kill(process.pid, 'SIGTERM');
}, PARENT_CHECK_MS);
check.unref();
require('../apps/api/dist/bundle/main.js');
