import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** Every package of package-lock.json that an installation without development has: name, version, licence, path. */
export function productionPackages() {
  return Object.entries(read('package-lock.json').packages)
    .filter(([path, { link, dev }]) => path.includes('node_modules/') && !link && !dev)
    .map(([path, { version, license, hasInstallScript = false, integrity, optional = false }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      ...{ path, version, licence: license ?? 'none', hasInstallScript, integrity, optional },
    }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));
}

/** The production dependencies of the apps and libraries, with the projects that use them. */
export function directDependencies() {
  const found = new Map();
  for (const folder of ['apps', 'libs'])
    for (const project of readdirSync(join(root, folder))) {
      const file = join(folder, project, 'package.json');
      if (!existsSync(join(root, file))) continue;
      for (const [name, version] of Object.entries(read(file).dependencies ?? {})) {
        if (name.startsWith('@wentu/')) continue;
        const known = found.get(name) ?? { versions: new Set(), projects: [] };
        known.versions.add(version);
        known.projects.push(project);
        found.set(name, known);
      }
    }
  return found;
}

/** Packages whose install scripts npm never runs. */
export const refusedScripts = () =>
  Object.entries(read('package.json').allowScripts)
    .filter(([, allowed]) => allowed === false)
    .map(([name]) => name);
