import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../..');
const PAGES = ['docs/security.md', 'docs/operations.md'];
/** Columns with what shows that a promise holds. */
const PROOF = /^(Test|What shows it)$/;
const NAME = /`((?:[\w.-]+\/)*[\w.-]+\.(?:test\.ts|mjs|cjs))[^`]*`/g;

/** Paths of all tests, as documents name them: any end of the path. */
function sources(): string[] {
  return ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(ROOT, group)).flatMap((project) => {
      const folder = join(ROOT, group, project, 'src');
      if (!existsSync(folder)) return [];
      const names = readdirSync(folder, { recursive: true }) as string[];
      return names.map((name) => `/${group}/${project}/src/${name}`);
    }),
  );
}

/** The rows of all tables of a page, by the names of their columns. */
function rowsOf(page: string): Record<string, string>[] {
  const rows: Record<string, string>[] = [];
  let columns: string[] | null = null;
  for (const line of page.split('\n')) {
    const cells = line.startsWith('|')
      ? line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim())
      : null;
    if (cells === null) columns = null;
    else if (columns === null) columns = cells;
    else if (!cells.every((cell) => /^-+$/.test(cell)))
      rows.push(Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ''])));
  }
  return rows;
}

describe.each(PAGES)('%s', (path) => {
  const page = readFileSync(join(ROOT, path), 'utf8');

  test('names only tests and scripts that exist', () => {
    const all = sources();
    const named = [...page.matchAll(NAME)].map(([, name = '']) => name);
    const missing = named.filter(
      (name) => !existsSync(join(ROOT, name)) && !all.some((source) => source.endsWith(`/${name}`)),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });

  test('says for every promise what shows it', () => {
    const rows = rowsOf(page).flatMap((row) => {
      const column = Object.keys(row).find((name) => PROOF.test(name));
      return column === undefined ? [] : [{ promise: Object.values(row)[0] ?? '', proof: row[column] ?? '' }];
    });
    expect(rows.length).toBeGreaterThan(5);
    // A command, a file or a setting in code, or a link to the page that has it.
    expect(rows.filter(({ promise, proof }) => promise === '' || !/`[^`]+`|\]\(/.test(proof))).toEqual([]);
  });
});
