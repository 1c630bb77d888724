import { chooseLanguage } from './choose-language';

test.each([
  [['search', '狗'], {}, 'en'],
  [['search', '狗'], { LANG: 'zh_CN.UTF-8' }, 'zh'],
  [['--language', 'en', 'search', '狗'], { LANG: 'zh_CN.UTF-8' }, 'en'],
  [['search', '狗', '--top-k', '3', '--language=zh'], { LC_ALL: 'C' }, 'zh'],
  [['search', '-c', 'a', '--unknown', '--language', 'zh', '狗'], {}, 'zh'],
  [['--language', 'en', '--language', 'zh'], {}, 'zh'],
  // After -- it is a text to search for.
  [['rank', 'a.png', '--', '--language', 'zh'], {}, 'en'],
  // The program refuses these values, in the language of the locale.
  [['--language'], { LANG: 'zh_CN' }, 'zh'],
  [['--language', 'fr'], { LANG: 'zh_CN' }, 'zh'],
  [['--language', '--server', 'x'], {}, 'en'],
])('%j in %j means %s', (args, env, language) => {
  expect(chooseLanguage(args, env)).toBe(language);
});
