import type { Language } from '@wentu/language';
import type { chinese } from './chinese';

/** Every text of the page, in one language. */
export type Dictionary = Readonly<typeof chinese>;
export type { Language };

/** A visit loads the texts of its own language only. */
export async function loadDictionary(language: Language): Promise<Dictionary> {
  return language === 'zh' ? (await import('./chinese')).chinese : (await import('./english')).english;
}

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
