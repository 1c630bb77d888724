/** The language of texts for people. Texts for programs (JSON, codes, GraphQL) are the same in both languages. */
export type Language = 'zh' | 'en';

/** The POSIX locale of messages: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not empty. */
export function languageOfLocale(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || 'C';
  // Matches zh, zh_CN.UTF-8 and zh-Hans, but not zha (Zhuang).
  return /^zh(?![a-z])/i.test(locale) ? 'zh' : 'en';
}
