import { SearchTyping } from './search-typing';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function start() {
  const commit = jest.fn<undefined, [query: string, mode: string]>();
  return { commit, typing: new SearchTyping(commit, 350) };
}

test('a pause in typing searches once, for the last text', () => {
  const { commit, typing } = start();
  typing.input('小');
  jest.advanceTimersByTime(200);
  typing.input(' 小狗 ');
  jest.advanceTimersByTime(349);
  expect(commit).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(commit.mock.calls).toEqual([['小狗', 'push']]);
});

test('there is no search while an input method is composing, not even on Enter', () => {
  const { commit, typing } = start();
  typing.input('x');
  typing.compositionStart();
  typing.input('xiao g');
  typing.submit('xiao g');
  jest.advanceTimersByTime(5_000);
  expect(commit).not.toHaveBeenCalled();
  typing.compositionEnd('小狗');
  jest.advanceTimersByTime(350);
  expect(commit.mock.calls).toEqual([['小狗', 'push']]);
});

test('Enter searches at once, and the pause adds no second search', () => {
  const { commit, typing } = start();
  typing.input('火箭');
  typing.submit('火箭');
  jest.advanceTimersByTime(5_000);
  expect(commit.mock.calls).toEqual([['火箭', 'push']]);
});

test('texts typed in one go are one history entry; text after Enter is another', () => {
  const { commit, typing } = start();
  typing.input('红');
  jest.advanceTimersByTime(350);
  typing.input('红苹果');
  jest.advanceTimersByTime(350);
  typing.submit('红苹果');
  typing.input('下雨');
  jest.advanceTimersByTime(350);
  expect(commit.mock.calls).toEqual([
    ['红', 'push'],
    ['红苹果', 'replace'],
    ['下雨', 'push'],
  ]);
});

test('a query from elsewhere cancels the waiting search and starts a new history entry', () => {
  const { commit, typing } = start();
  typing.input('雪');
  typing.follow('雪人');
  jest.advanceTimersByTime(5_000);
  expect(commit).not.toHaveBeenCalled();
  typing.submit('雪人');
  expect(commit).not.toHaveBeenCalled();
  typing.input('雪人和孩子');
  jest.advanceTimersByTime(350);
  expect(commit.mock.calls).toEqual([['雪人和孩子', 'push']]);
});

test('emptying the box goes back to the start page', () => {
  const { commit, typing } = start();
  typing.follow('小狗');
  typing.input('');
  jest.advanceTimersByTime(350);
  expect(commit.mock.calls).toEqual([['', 'push']]);
});
