// What docs/dependencies.md promises: every production dependency has one reason there, an exact version, an allowed
// licence, a hash in package-lock.json, and no install script that runs. Part of `npm run lint`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { directDependencies, productionPackages, refusedScripts, root } from './production-packages.mjs';

/** Licences without conditions for programs that use the package. */
const PERMISSIVE = new Set([
  'MIT',
  'Apache-2.0',
  'Apache 2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
]);
const problems = [];
const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');

/** The rows of the table under a heading: the first cell without its quotes, then the others. */
function table(heading) {
  const [, after = ''] = page.split(`\n## ${heading}\n`);
  const rows = after
    .split('\n## ')[0]
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

const direct = directDependencies();
const reasons = table('Packages');
for (const [name, { versions, projects }] of direct) {
  const rows = reasons.filter(([listed]) => listed === name);
  if (rows.length !== 1)
    problems.push(`${name} (of ${projects.join(', ')}) is ${rows.length} times in the table of docs/dependencies.md`);
  else if (rows[0][2].length < 15) problems.push(`${name} has no reason in docs/dependencies.md`);
  for (const version of versions)
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) problems.push(`${name} has no exact version: ${version}`);
}
for (const [name] of reasons)
  if (!direct.has(name)) problems.push(`${name} is in docs/dependencies.md, but no project depends on it`);

const others = table('Other licences').map(([name, licence]) => ({ name, licence }));
const refused = refusedScripts();
const used = new Set();
for (const { name, path, licence, hasInstallScript, integrity } of productionPackages()) {
  const parts = licence.replaceAll(/[()]/g, '').split(/ (?:AND|OR) /);
  if (!parts.every((part) => PERMISSIVE.has(part))) {
    const known = others.find((each) => isNamed(name, each.name) && parts.some((part) => part === each.licence));
    if (known) used.add(known);
    else problems.push(`${name} has the licence ${licence}, which is not in docs/dependencies.md`);
  }
  if (hasInstallScript && !refused.includes(name))
    problems.push(`${name} has an install script; set it to false in allowScripts, if it works without`);
  if (!integrity) problems.push(`${path} has no hash in package-lock.json`);
}
for (const other of others)
  if (!used.has(other))
    problems.push(`docs/dependencies.md allows ${other.licence} for ${other.name}, which nothing needs`);
if (!/^ignore-scripts=true$/m.test(readFileSync(join(root, '.npmrc'), 'utf8')))
  problems.push('.npmrc lacks ignore-scripts=true');

for (const problem of problems) console.error(problem);
console.log(`${direct.size} dependencies, ${productionPackages().length} packages, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);

/** A name in the table may end with `*`. */
function isNamed(name, listed) {
  return listed.endsWith('*') ? name.startsWith(listed.slice(0, -1)) : name === listed;
}
