import type { Command, Option } from 'commander';
import { displayWidth } from './display-width';
import type { CommanderWords } from './words/commander-words';

const OPENING = '（「《“';
const CLOSING = '，。；：、！？）」》”';
/** A unit without a line break: a word or one Chinese character, with its punctuation. */
const PIECE = new RegExp(
  `\\s*(?:[${OPENING}]*(?:\\p{Script=Han}|[^\\s\\p{Script=Han}${OPENING}${CLOSING}]+)[${CLOSING}]*|\\S)`,
  'gu',
);

/** Translates the texts of commander, also for commands that are added later. */
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

/** Commander breaks lines only at spaces, and Chinese has none. */
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
