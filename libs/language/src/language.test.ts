import { languageOfLocale } from './language';

test.each([
  [{}, 'en'],
  [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'zh' }, 'zh'],
  [{ LANG: 'zh-Hant' }, 'zh'],
  [{ LANG: 'zha' }, 'en'],
  [{ LANG: 'de_DE.UTF-8' }, 'en'],
  [{ LANG: 'fr_FR.UTF-8' }, 'en'],
  [{ LANG: 'ja_JP.UTF-8' }, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'zh_CN.UTF-8', LC_MESSAGES: 'POSIX' }, 'en'],
  [{ LANG: 'zh_CN.UTF-8', LC_MESSAGES: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
  [{ LANG: 'C', LC_MESSAGES: 'C', LC_ALL: 'zh_TW' }, 'zh'],
  // A variable that is set but empty counts as not set.
  [{ LANG: 'zh_CN.UTF-8', LC_MESSAGES: '', LC_ALL: '' }, 'zh'],
  [{ LC_CTYPE: 'zh_CN.UTF-8', LANGUAGE: 'zh' }, 'en'],
])('%j means %s', (env, language) => {
  expect(languageOfLocale(env)).toBe(language);
});
