import type { Language } from '@wentu/language';
import { chinese } from './chinese';
import { english } from './english';

/** Every text of the page, in each language. */
export type Dictionary = Readonly<typeof chinese>;
export type { Language };

export const dictionaries: Readonly<Record<Language, Dictionary>> = { zh: chinese, en: english };

/** A stored choice comes first. Otherwise a Chinese browser gets Chinese and every other one English. */
export function chooseLanguage(stored: string | null, browserLanguage: string): Language {
  if (stored === 'zh' || stored === 'en') return stored;
  // Matches zh, zh-CN and zh-Hant, but not zha (Zhuang).
  return /^zh(?![a-z])/i.test(browserLanguage) ? 'zh' : 'en';
}

/**
 * Fills values into the `{name}` placeholders of a text. A placeholder without a value stays. `{name|picture|pictures}`
 * becomes the first word when the value is 1, else the second.
 */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text
    .replace(/\{(\w+)\|([^|{}]*)\|([^|{}]*)\}/g, (_place, name: string, one: string, many: string) =>
      String(values[name]) === '1' ? one : many,
    )
    .replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
