/** What Wentu speaks to people. What programs read (JSON, codes, GraphQL) is the same in both. */
export type Language = 'zh' | 'en';

/** The language of messages as POSIX finds it: of `LC_ALL`, `LC_MESSAGES` and `LANG` the first that is set and not empty. */
export function languageOfLocale(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || 'C';
  // zh, zh_CN.UTF-8, zh-Hans; not zha, which is Zhuang.
  return /^zh(?![a-z])/i.test(locale) ? 'zh' : 'en';
}
