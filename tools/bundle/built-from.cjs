const { createHash } = require('node:crypto');
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '../..');

/** The project and all that it refers to. */
function projectsOf(folder, found = new Set()) {
  if (found.has(folder)) return found;
  found.add(folder);
  const { references = [] } = JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8'));
  for (const { path } of references) projectsOf(join(folder, path), found);
  return found;
}

/**
 * What a bundle of the app is made from: a hash of what tsc made of the app and its libraries, without their tests.
 * Times of files say nothing, because Nx restores files in any order.
 * @param {string} app such as `apps/api`
 */
module.exports.builtFrom = (app) => {
  const hash = createHash('sha256');
  for (const folder of [...projectsOf(join(ROOT, app))].sort())
    for (const path of readdirSync(join(folder, 'dist'), { recursive: true }).sort())
      if (/^(?!bundle\b).*(?<!\.test)\.js$/.test(path))
        hash.update(path).update(readFileSync(join(folder, 'dist', path)));
  return hash.digest('hex');
};
/** Where a bundle says what it was made from. */
module.exports.noteOf = (app) => join(ROOT, app, 'dist/bundle/built-from.txt');
