// Jest `globalSetup` of the apps: their tests start the bundle of the app, and `tsc -b` alone makes none.
const { existsSync, readFileSync } = require('node:fs');
const { builtFrom, noteOf } = require('../bundle/built-from.cjs');

module.exports = () => {
  for (const app of ['apps/api', 'apps/cli']) {
    const note = noteOf(app);
    if (!existsSync(note) || readFileSync(note, 'utf8') !== builtFrom(app))
      throw new Error(
        `${app}/dist/bundle is not made from what tsc made last: run "node tools/bundle/bundle.mjs ${app}"`,
      );
  }
};
