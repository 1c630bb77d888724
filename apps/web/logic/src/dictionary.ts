import type { Language } from '@wentu/language';
import { chinese } from './chinese';
import { english } from './english';

/** Every word on the page, in each language. */
export type Dictionary = Readonly<typeof chinese>;
export type { Language };

export const dictionaries: Readonly<Record<Language, Dictionary>> = { zh: chinese, en: english };

/** A stored choice wins; a Chinese browser gets Chinese, every other one English. */
export function chooseLanguage(stored: string | null, browserLanguage: string): Language {
  if (stored === 'zh' || stored === 'en') return stored;
  // zh, zh-CN, zh-Hant; not zha, which is Zhuang.
  return /^zh(?![a-z])/i.test(browserLanguage) ? 'zh' : 'en';
}

/**
 * Puts values into the `{name}` places of a text; a name without a value stays as it is. `{name|picture|pictures}` is
 * the first of the two where the value is 1, else the second.
 */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text
    .replace(/\{(\w+)\|([^|{}]*)\|([^|{}]*)\}/g, (_place, name: string, one: string, many: string) =>
      String(values[name]) === '1' ? one : many,
    )
    .replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
