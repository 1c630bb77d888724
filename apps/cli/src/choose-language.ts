import { languageOfLocale, type Language } from '@wentu/language';
import { Command, Option } from 'commander';

export const languageOption = (description: string): Option =>
  new Option('--language <zh|en>', description).choices(['zh', 'en']);

/**
 * The value of `--language`, at any position, else the language of the locale. The program refuses other values later.
 */
export function chooseLanguage(args: readonly string[], env: NodeJS.ProcessEnv): Language {
  // The program needs its texts before it exists, so these two options are parsed first.
  const reader = new Command().option('--language [name]').option('--server [url]');
  reader.parseOptions([...args]);
  const { language } = reader.opts<{ language?: string | true }>();
  return language === 'zh' || language === 'en' ? language : languageOfLocale(env);
}
