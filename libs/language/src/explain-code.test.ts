import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainCode } from './explain-code';

const ERRORS = readFileSync(join(__dirname, '../../domain/src/errors.ts'), 'utf8');
const codes = [...ERRORS.matchAll(/^ {2}\| '([A-Z_0-9]+)'/gm)].map(([, code]) => code ?? '');

test('every code of the domain has a sentence in both languages', () => {
  expect(codes.length).toBeGreaterThan(20);
  for (const code of [...codes, 'INTERNAL']) {
    expect(explainCode(code, 'zh')).toMatch(/\p{Script=Han}.*[^。]$/u);
    expect(explainCode(code, 'en')).toMatch(/^[A-Z][ -~]+[^.]$/);
  }
});

test('a code that is not ours has none', () => {
  for (const code of ['GRAPHQL_PARSE_FAILED', 'toString', '']) expect(explainCode(code, 'zh')).toBeNull();
});
