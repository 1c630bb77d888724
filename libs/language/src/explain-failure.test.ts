import { MESSAGES, sentence, type MessageKey } from '@wentu/domain';
import { CHINESE_MESSAGES } from './chinese-messages';
import { chineseMessage, explainFailure } from './explain-failure';

const placesOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
const keys = Object.keys(MESSAGES) as MessageKey[];

test.each(keys)('%s has a Chinese sentence, with values that the message has', (key) => {
  const chinese = CHINESE_MESSAGES[key];
  expect(chinese).toMatch(/\p{Script=Han}.*[^。]$/u);
  for (const place of placesOf(chinese)) expect(placesOf(MESSAGES[key])).toContain(place);
});

test('no two messages have the same sentence', () => {
  for (const texts of [Object.values(MESSAGES), Object.values(CHINESE_MESSAGES)])
    expect(texts.filter((text, place) => texts.indexOf(text as never) !== place)).toEqual([]);
});

test('a failure is a sentence with its values in Chinese, and the message in English', () => {
  const { text, detail } = sentence('FILE_TOO_LARGE', { fileBytes: 262_144_001, maxBytes: 1_048_576 });
  const failure = { code: 'TOO_LARGE', message: text, detail };
  expect(explainFailure(failure, 'zh')).toEqual({
    text: '文件有 250 MB，最多只读 1 MB（WENTU_MAX_IMAGE_BYTES）；请缩小图片，或调高这个设置。',
  });
  expect(explainFailure(failure, 'en')).toEqual({
    text: 'The file has 262144001 bytes; at most 1048576 are read (WENTU_MAX_IMAGE_BYTES).',
  });
});

test('values are the same as numbers and as texts, as GraphQL gives them', () => {
  const params = { length: '1200', maxLength: '1000' };
  expect(chineseMessage({ key: 'TEXT_TOO_LONG', params })).toMatch(/^文字有 1,200 个字，最多 1,000 个/);
  expect(chineseMessage({ key: 'NO_COLLECTION', params: { name: '007' } })).toMatch(/^没有名为「007」的图库/);
});

test('a name of a user is text: its places and its escapes stay', () => {
  const { text, detail } = sentence('NO_COLLECTION', { name: 'a\n{name} $& <b>' });
  expect(text).toContain(String.raw`"a\n{name} $& <b>"`);
  expect(chineseMessage(detail)).toContain('「a\n{name} $& <b>」');
});

test('a message without a key, or with one of another version, has the sentence of its code', () => {
  const general = { text: '图片已损坏，请换上完好的文件。', original: 'bad bits' };
  const failure = { code: 'DECODE_FAILED', message: 'bad bits' };
  expect(explainFailure(failure, 'zh')).toEqual(general);
  for (const key of ['OF_LATER', 'toString'])
    expect(explainFailure({ ...failure, detail: { key, params: {} } }, 'zh')).toEqual(general);
  expect(explainFailure({ code: 'NEW', message: 'new' }, 'zh')).toEqual({ text: 'new' });
  expect(explainFailure({ code: 'NEW', message: 'topK is 0; give 1' }, 'en')).toEqual({ text: 'topK is 0; give 1.' });
});
