// Writes the table of simplified characters from an unpacked copy of the npm package opencc-js:
//   node tools/words/simplified-characters.mjs FOLDER_OF_OPENCC_JS
// The postings of the store are made with the table. A changed table needs a migration that makes them again.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('give the folder of an unpacked opencc-js');
const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
const { default: text } = await import(pathToFileURL(join(folder, 'dist/esm-lib/dict/TSCharacters.js')).href);

/** The first candidate is the most frequent one. */
const pairs = text.split('|').map((entry) => entry.split(' ').slice(0, 2));
const bad = pairs.filter((pair) => pair.length !== 2 || pair.some((each) => [...each].length !== 1));
if (bad.length > 0) throw new Error(`these entries are not pairs of characters: ${JSON.stringify(bad.slice(0, 5))}`);
const table = pairs.filter(([from, to]) => from !== to).map(([from, to]) => from + to);
const lines = [];
for (let at = 0; at < table.length; at += 50) lines.push(table.slice(at, at + 50).join(''));

const out = fileURLToPath(new URL('../../libs/domain/src/words/simplified-characters.ts', import.meta.url));
const source = `/**
 * ${table.length} pairs of a traditional character and its simplified form, from the table TSCharacters of OpenCC
 * (opencc-js ${version}); see NOTICE. tools/words/simplified-characters.mjs writes this file.
 */
export const SIMPLIFIED_CHARACTERS = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
await writeFile(out, await format(source, { ...(await resolveConfig(out)), filepath: out }));
console.log(`${table.length} pairs`);
