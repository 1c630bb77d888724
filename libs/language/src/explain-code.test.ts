import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ITEM_ERROR_CODES, WENTU_ERROR_CODES } from '@wentu/domain';
import { explainCode } from './explain-code';

/** Codes and sentences in the order of the table. */
const codes = [...WENTU_ERROR_CODES, 'INTERNAL', ...ITEM_ERROR_CODES];

test('every code of the domain has a sentence in both languages', () => {
  for (const code of codes) {
    expect(explainCode(code, 'zh')).toMatch(/\p{Script=Han}.*[^。]$/u);
    expect(explainCode(code, 'en')).toMatch(/^[A-Z][ -~]+[^.]$/);
  }
});

test('an unknown code has no sentence', () => {
  for (const code of ['GRAPHQL_PARSE_FAILED', 'toString', '']) expect(explainCode(code, 'zh')).toBeNull();
});

test('docs/errors.md lists every code once, in order, with its sentences', () => {
  const page = readFileSync(join(__dirname, '../../../docs/errors.md'), 'utf8');
  const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim());
  // Tables without these codes have other columns.
  const rows = page
    .split('\n')
    .map(cells)
    .filter((row) => /^`[A-Z_0-9]+`$/.test(row[1] ?? '') && row.length === 5);
  expect(rows.map(([, code, en, zh]) => [code, en, zh])).toEqual(
    codes.map((code) => [`\`${code}\``, `${explainCode(code, 'en')}.`, `${explainCode(code, 'zh')}。`]),
  );
});
