import { createHash } from 'node:crypto';
import { foldWords } from './fold-words';
import { SIMPLIFIED_CHARACTERS } from './simplified-characters';

test('the table is that of the stored postings', () => {
  // Postings are made with the table. With another one, a migration has to make them again.
  const digest = createHash('sha256').update(SIMPLIFIED_CHARACTERS).digest('hex');
  expect(digest.slice(0, 16)).toBe('b01b8f2773835a36');
});

test('traditional characters become simplified, and all others stay', () => {
  expect(foldWords('後裡裏臺為爲眾衆國愛樂頭髮麵乾')).toBe('后里里台为为众众国爱乐头发面干');
  expect(foldWords('著名的小狗 𠮷 かな 한국')).toBe('著名的小狗 𠮷 かな 한국');
});

test('a folded text stays as it is when it is folded again', () => {
  const texts = ['ＡＢＣ', 'ﬁne', 'İI', 'ẞß', '①½㎏', 'Ǆ', '㍿', 'ΣΑΣ', '龍馬精神'];
  for (const text of texts) expect(foldWords(foldWords(text))).toBe(foldWords(text));
});
