// Preloaded (NODE_OPTIONS=--require) into a program under test: no file whose name contains "behind-the-gate" is opened before the
// file that TEST_READ_GATE names is there. A load stands still at such a picture for as long as a test needs it there.
const files = require('node:fs/promises');
const { existsSync } = require('node:fs');

const { open } = files;
files.open = async (path, ...rest) => {
  while (String(path).includes('behind-the-gate') && !existsSync(process.env.TEST_READ_GATE))
    await new Promise((done) => setTimeout(done, 10));
  return await open(path, ...rest);
};
