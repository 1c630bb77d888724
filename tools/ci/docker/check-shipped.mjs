// What an image holds of the build is what serves: no tests, none of their helpers, no module that nothing loads.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const TEST_PART = /\.test\.|\.d\.ts$|\.map$|\/(testing|contract|faults|e2e)\//;
/** Node.js begins with it. */
const ENTRY = /apps\/(api|cli)\/dist\/main\.js$/;
/** What tsc leaves of a module of types. */
const OF_TYPES =
  /^"use strict";\s*Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);\s*(\/\/#.*)?\s*$/;

/** @param root with apps/ and libs/ as the image has them @returns paths that should not be there, and why */
export function superfluous(root) {
  const paths = ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(root, group)).flatMap((project) => [
      join(group, project, 'package.json'),
      ...readdirSync(join(root, group, project, 'dist'), { recursive: true, withFileTypes: true })
        // The page is a bundle of Vite's.
        .filter((entry) => entry.isFile() && project !== 'web')
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
    ]),
  );
  const contents = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  const all = [...contents.values()].join('\n');
  return paths.flatMap((path) => {
    if (TEST_PART.test(path)) return [`${path}: a part of the tests`];
    if (!path.endsWith('.js') || ENTRY.test(path) || OF_TYPES.test(contents.get(path))) return [];
    const name = basename(path, '.js').replaceAll('.', '\\.');
    return new RegExp(`[/'"\`]${name}(\\.js)?['"\`]`).test(all) ? [] : [`${path}: nothing loads it`];
  });
}
