import { isSigned, signImage, signerOf } from './image-signature';

const signer = { keyId: 7, keySecret: 'a'.repeat(64) };
const HOUR = 3_600_000;

test('a signed address is that of one image and one key, until it expires', () => {
  const now = Date.UTC(2026, 0, 1, 5);
  const query = signImage(signer, '12', now);
  expect(signImage(signer, '12', now + HOUR).toString()).toBe(query.toString());
  expect([signerOf(query, now), signerOf(query, now + 12 * HOUR), signerOf(query, now + 24 * HOUR)]).toEqual([
    7,
    7,
    null,
  ]);
  expect(isSigned(signer.keySecret, '12', query)).toBe(true);
  expect(isSigned(signer.keySecret, '13', query)).toBe(false);
  expect(isSigned('b'.repeat(64), '12', query)).toBe(false);
});

test('a changed address is refused', () => {
  const query = signImage(signer, '12');
  const later = new URLSearchParams(query);
  later.set('expires', String(Number(query.get('expires')) + 1));
  expect(isSigned(signer.keySecret, '12', later)).toBe(false);
  for (const name of ['key', 'expires', 'signature']) {
    const less = new URLSearchParams(query);
    less.delete(name);
    expect(signerOf(less)).toBeNull();
  }
  for (const expires of ['', '-1', '1e20', 'x']) {
    later.set('expires', expires);
    expect(signerOf(later)).toBeNull();
  }
});
