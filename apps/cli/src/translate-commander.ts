import type { Command, Option } from 'commander';
import { displayWidth } from './display-width';
import type { CommanderWords } from './words/commander-words';

const OPENING = '（「《“';
const CLOSING = '，。；：、！？）」》”';
/** What a line is not broken in: a word, or one Chinese character, with the punctuation that belongs to it. */
const PIECE = new RegExp(
  `\\s*(?:[${OPENING}]*(?:\\p{Script=Han}|[^\\s\\p{Script=Han}${OPENING}${CLOSING}]+)[${CLOSING}]*|\\S)`,
  'gu',
);

/** Makes commander speak another language, in the commands that are added afterwards too. */
export function translateCommander(program: Command, words: CommanderWords): void {
  const translate = (text: string): string =>
    words.errors.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
  const title = (text: string): string => words.titles[text] ?? text;
  const eachWord = (text: string): string => text.split(' ').map(title).join(' ');
  program
    .helpOption('-h, --help', words.help)
    .helpCommand('help [command]', words.help)
    .configureOutput({ outputError: (text, write) => write(translate(text)) })
    .configureHelp({
      styleTitle: title,
      styleUsage: eachWord,
      styleSubcommandTerm: eachWord,
      optionDescription: (option) => describeOption(option, words),
      displayWidth,
      boxWrap: wrap,
    });
}

function describeOption(option: Option, words: CommanderWords): string {
  const notes = [
    ...(option.argChoices ? [words.choices(option.argChoices)] : []),
    ...(option.defaultValue === undefined ? [] : [words.defaultValue(String(option.defaultValue))]),
  ];
  return notes.length === 0 ? option.description : `${option.description}${words.notes(notes)}`;
}

/** Commander breaks lines at spaces only, which Chinese has none of. */
function wrap(text: string, width: number): string {
  let [lines, line] = ['', ''];
  for (const piece of text.match(PIECE) ?? []) {
    if (line !== '' && displayWidth(line + piece) > width) {
      lines += `${line}\n`;
      line = piece.trimStart();
    } else line += piece;
  }
  return lines + line;
}
