import { InvalidInputError } from '@wentu/domain';
import { parsePicture } from './picture-input';

const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x3f, 0xbf, 0xfb, 0x00]);
const base64 = bytes.toString('base64');

test.each([
  ['base64', base64],
  ['without padding', base64.replace(/=+$/, '')],
  ['for addresses', bytes.toString('base64url')],
  ['in lines', base64.replace(/(.{4})/g, '$1\r\n')],
  ['a data URL of FileReader', `data:image/jpeg;base64,${base64}`],
  ['a data URL with parameters', `DATA:image/svg+xml;charset=utf-8;BASE64,${base64}`],
  ['of a file whose type the browser does not know', `data:application/octet-stream;base64,${base64}`],
  ['without a type', `data:;base64,${base64}`],
  ['with escapes', `data:image/png;base64,${encodeURIComponent(base64)}`],
])('takes a picture in base64: %s', (_what, text) => {
  expect(parsePicture(text).equals(bytes)).toBe(true);
});

test.each([
  ['', /is empty/],
  ['data:image/png;base64,', /is empty/],
  ['https://example.org/cat.jpg', /not base64: it has ":" at position 6/],
  ['AA=A', /not base64: it has "="/],
  ['小狗', /not base64: it has/],
  ['AAAAA', /was cut off: it has 5 characters/],
  ['data:image/png;base64,AAAA*AAA', /not base64: it has "\*" at position 5/],
  ['data:image/svg+xml,<svg/>', /not in base64/],
  ['data:image/png;base64', /no comma/],
  ['data:text/html;base64,AAAA', /of "text\/html", which is not a picture/],
  ['data:image/png;base64,AA%2', /% without two hex digits/],
])('names the fault of %j', (text, message) => {
  expect(() => parsePicture(text)).toThrow(InvalidInputError);
  expect(() => parsePicture(text)).toThrow(message);
});

test('decoding the base64 of a large picture takes linear time', () => {
  const large = Buffer.alloc(12_000_000, 0x5a);
  expect(parsePicture(`data:image/jpeg;base64,${large.toString('base64')}`).equals(large)).toBe(true);
});
