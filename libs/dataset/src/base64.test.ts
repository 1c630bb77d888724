import { decodeBase64 } from './base64';

const decode = (text: string): number[] => [...decodeBase64(Buffer.from(text))];
const failure = (text: string): unknown => {
  try {
    return decode(text);
  } catch (error) {
    return error;
  }
};

test('standard and url-safe base64, with and without padding, give the same bytes', () => {
  const bytes = [251, 255, 254, 1];
  for (const text of ['+//+AQ==', '+//+AQ', '-__-AQ==', '-__-AQ']) expect(decode(text)).toEqual(bytes);
  expect(decode('')).toEqual([]);
});

test('every length survives', () => {
  for (let length = 0; length < 20; length++) {
    const bytes = Array.from({ length }, (_, i) => (i * 37) % 256);
    expect(decode(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
    expect(decode(Buffer.from(bytes).toString('base64url'))).toEqual(bytes);
  }
});

test.each(['QUJD RA==', 'QUJD\u00e9AAA', 'QU=D', 'QUJDR', '=', '==', 'QUJD=', 'QUI==', 'QQ===', '{QUJD}', 'QUJD\t'])(
  'damaged base64 %j is refused',
  (text) => {
    expect(failure(text)).toMatchObject({ name: 'ItemError', code: 'BAD_BASE64' });
  },
);

test('a picture of 48 MiB is decoded', () => {
  const bytes = Buffer.alloc(48 * 1024 * 1024, 7);
  expect(decodeBase64(Buffer.from(bytes.toString('base64'))).equals(bytes)).toBe(true);
});
