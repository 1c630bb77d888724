import { cutBefore, markWords } from './mark-words';

test.each([
  ['紧急安全出口向前', ['安全出口'], '紧急', '安全出口', '向前'],
  ['INVOICE No. 20 26', ['invoice'], '', 'INVOICE', ' No. 20 26'],
  ['ＡＢ２０ ２６元', ['2026'], 'ＡＢ', '２０ ２６', '元'],
  ['合计 ¥88.00', ['小计', '88.00'], '合计 ¥', '88.00', ''],
  ['𠮷野家', ['野'], '𠮷', '野', '家'],
  ['圖書館', ['图书馆'], '', '', '圖書館'],
  ['青禾超市', [], '', '', '青禾超市'],
  ['青禾超市', [' '], '', '', '青禾超市'],
])('in %s the words %j are marked', (line, words, before, match, after) => {
  expect(markWords(line, words)).toEqual({ before, match, after });
});

test('a long beginning is cut, so that the match is seen', () => {
  expect(cutBefore(markWords('谢谢惠顾，七天内凭票退换', ['退换']))).toEqual({
    ...{ before: '…凭票', match: '退换', after: '' },
  });
  expect(cutBefore(markWords('内凭票退换', ['退换'])).before).toBe('内凭票');
});
