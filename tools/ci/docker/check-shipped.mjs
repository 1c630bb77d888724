// What an image holds of the build is what serves: no tests, none of their helpers, no module that nothing loads.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const TEST_PART = /\.test\.|\.d\.ts$|\.map$|\/(testing|contract|faults|e2e)\//;
/** Node.js begins with it. */
const ENTRY = /apps\/(api|cli)\/dist\/main\.js$/;
/** What tsc leaves of a module of types. */
const OF_TYPES =
  /^"use strict";\s*Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);\s*(\/\/#.*)?\s*$/;

/** @param root with apps/ and libs/ as the image has them @returns paths that should not be there, and why */
export function superfluous(root) {
  // The page is a bundle of Vite's.
  const projects = ['apps/api', 'apps/cli', ...readdirSync(join(root, 'libs')).map((name) => `libs/${name}`)];
  const paths = projects.flatMap((project) => [
    `${project}/package.json`,
    ...(existsSync(join(root, project, 'dist'))
      ? readdirSync(join(root, project, 'dist'), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      : []),
  ]);
  const contents = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  const all = [...contents.values()].join('\n');
  return paths.flatMap((path) => {
    if (TEST_PART.test(path)) return [`${path}: a part of the tests`];
    if (!path.endsWith('.js') || ENTRY.test(path) || OF_TYPES.test(contents.get(path))) return [];
    const name = basename(path, '.js').replaceAll('.', '\\.');
    return new RegExp(`[/'"\`]${name}(\\.js)?['"\`]`).test(all) ? [] : [`${path}: nothing loads it`];
  });
}
