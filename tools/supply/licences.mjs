// The licences of everything that an installation without development has: node tools/supply/licences.mjs [--json]
import { productionPackages } from './production-packages.mjs';

const packages = productionPackages();
if (process.argv.includes('--json')) {
  const list = packages.map(({ name, version, licence, optional }) => ({ name, version, licence, optional }));
  console.log(JSON.stringify(list, null, 2));
} else {
  const byLicence = Map.groupBy
    ? Map.groupBy(packages, ({ licence }) => licence)
    : packages.reduce((map, each) => map.set(each.licence, [...(map.get(each.licence) ?? []), each]), new Map());
  for (const [licence, all] of [...byLicence].sort((a, b) => b[1].length - a[1].length)) {
    console.log(`${licence}: ${all.length}`);
    for (const { name, version } of all) console.log(`  ${name} ${version}`);
  }
}
