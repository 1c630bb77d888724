import { languageOfLocale, type Language } from '@wentu/language';
import { Command, Option } from 'commander';

export const languageOption = (description: string): Option =>
  new Option('--language <zh|en>', description).choices(['zh', 'en']);

/** What `--language` says, wherever it is among the arguments; else the locale. A value that is neither is left for the program to refuse. */
export function chooseLanguage(args: readonly string[], env: NodeJS.ProcessEnv): Language {
  // The program's words have to be known before it is made, so these two options are read ahead.
  const reader = new Command().option('--language [name]').option('--server [url]');
  reader.parseOptions([...args]);
  const { language } = reader.opts<{ language?: string | true }>();
  return language === 'zh' || language === 'en' ? language : languageOfLocale(env);
}
