// Jest `globalSetup` of the apps: their tests start the bundle of the app, and `tsc -b` alone makes none.
const { existsSync, readFileSync, statSync } = require('node:fs');
const { join, relative } = require('node:path');

const ROOT = join(__dirname, '../..');
const timeOf = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** The project and all that it refers to. */
function projectsOf(folder, found = new Set()) {
  if (found.has(folder)) return found;
  found.add(folder);
  const { references = [] } = JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8'));
  for (const { path } of references) projectsOf(join(folder, path), found);
  return found;
}

module.exports = () => {
  for (const app of ['apps/api', 'apps/cli']) {
    const bundled = timeOf(join(ROOT, app, 'dist/bundle/main.js'));
    const newer = [...projectsOf(join(ROOT, app))].find(
      (folder) => timeOf(join(folder, 'dist/.tsbuildinfo')) > bundled,
    );
    if (newer)
      throw new Error(
        `${app}/dist/bundle is older than ${relative(ROOT, newer)}/dist: run "node tools/bundle/bundle.mjs ${app}"`,
      );
  }
};
