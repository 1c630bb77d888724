// What an image holds of the build is what serves: the bundles, every file of which is loaded, and what they read beside the
// libraries. Nothing of the tests.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Node.js begins with it. */
const ENTRY = /^apps\/(api|cli)\/dist\/bundle\/main\.js$/;
/** What the bundles read, and the note of tools/bundle on what a bundle was made from. */
const READ = /\.wasm$|\/dist\/bundle\/built-from\.txt$/;

/** @param root with apps/ and libs/ as the image has them @returns paths that should not be there, and why */
export function superfluous(root) {
  const projects = ['apps/api', 'apps/cli', ...readdirSync(join(root, 'libs')).map((name) => `libs/${name}`)];
  const folders = projects.map((project) => join(root, project, 'dist')).filter((folder) => existsSync(folder));
  const paths = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  );
  const bundled = paths.filter((path) => /\/dist\/bundle\/.*\.js$/.test(path));
  const all = bundled.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
  return paths.flatMap((path) => {
    if (ENTRY.test(path) || READ.test(path)) return [];
    if (!bundled.includes(path)) return [`${path}: no bundle has it`];
    const name = basename(path, '.js').replaceAll('.', '\\.');
    return new RegExp(`[/'"\`]${name}(\\.js)?['"\`]`).test(all) ? [] : [`${path}: nothing loads it`];
  });
}
