import { hashPassword, hashSecret, isPassword, newSecret } from './secrets';

test('a password is compared with its salted hash, in NFC', async () => {
  const [one, two] = [await hashPassword('cafe\u0301 0123456'), await hashPassword('cafe\u0301 0123456')];
  expect(one).not.toBe(two);
  expect(await isPassword('caf\u00e9 0123456', one)).toBe(true);
  expect(await isPassword('caf\u00e9 0123457', one)).toBe(false);
  expect(await isPassword('x'.repeat(10_000), one)).toBe(false);
  expect(await isPassword('', 'scrypt:2:1:1::')).toBe(false);
});

test('a key is stored as its hash, and its first characters tell it apart', () => {
  const { secret, prefix, secretHash } = newSecret();
  expect(secretHash).toBe(hashSecret(secret));
  expect(secret.startsWith(prefix ?? '-')).toBe(true);
  expect(prefix).toHaveLength(12);
});
