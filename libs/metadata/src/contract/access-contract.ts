import type { NewKey, SignIn } from '@wentu/domain';
import type { Bench } from './bench';

const KEY: NewKey = {
  ...{ name: '相机 🎞', kind: 'KEY', role: 'WRITE', collectionIds: [7, 12], prefix: 'wentu_Ab', createdBy: 'root' },
  ...{ expiresAt: new Date('2099-01-02T03:04:05.678Z'), secretHash: 'a'.repeat(64) },
};
const plain = (name: string): NewKey => ({ ...KEY, name, collectionIds: null, expiresAt: null, createdBy: null });
const signIn = (keyId: number, token: string, expiresAt = new Date(Date.now() + 60_000)): SignIn => ({
  ...{ tokenHash: token.padEnd(64, '0'), keyId, keyMark: 'f'.repeat(64), expiresAt },
});

/** Keys, sign-ins and the audit log. */
export function accessContract(bench: Bench): void {
  describe('keys', () => {
    test('another connection reads a key as it was added', async () => {
      const before = Date.now() - 5_000;
      const added = await bench.store.keys.add(KEY);
      expect(added).toMatchObject({ ...KEY, lastUsedAt: null, revokedAt: null });
      expect(added.createdAt.getTime()).toBeGreaterThan(before);
      const second = await bench.store.keys.add(plain('b'));
      const other = await bench.connect();
      expect(await other.keys.list()).toEqual([second, added]);
      await other.close();
    });

    test('two keys may not have one name, until one is revoked', async () => {
      const { keys } = bench.store;
      const { id } = await keys.add(plain('a'));
      await expect(keys.add(plain('a'))).rejects.toMatchObject({ code: 'CONFLICT' });
      await keys.add(plain('A'));
      const revoked = await keys.revoke(id);
      expect(revoked?.revokedAt).toBeInstanceOf(Date);
      expect(await keys.revoke(id)).toEqual(revoked);
      await keys.add(plain('a'));
      expect((await keys.list()).map(({ name, revokedAt }) => [name, revokedAt === null])).toEqual([
        ['a', true],
        ['A', true],
        ['a', false],
      ]);
      expect(await keys.revoke(999_999)).toBeNull();
    });

    test('a key gets another secret, but not when it is revoked; both end its sign-ins', async () => {
      const { keys } = bench.store;
      const { id } = await keys.add(plain('a'));
      const { id: other } = await keys.add(plain('b'));
      const secret = { prefix: 'wentu_Zz', secretHash: 'b'.repeat(64) };
      for (const [token, keyId] of [
        ['1', id],
        ['2', other],
      ] as const)
        await keys.addSignIn(signIn(keyId, token));
      expect(await keys.replaceSecret(id, secret)).toMatchObject({ id, name: 'a', ...secret });
      expect(await keys.findSignIn('1'.padEnd(64, '0'))).toBeNull();
      expect(await keys.findSignIn('2'.padEnd(64, '0'))).toMatchObject({ keyId: other });
      await keys.revoke(other);
      expect(await keys.findSignIn('2'.padEnd(64, '0'))).toBeNull();
      expect(await keys.replaceSecret(other, secret)).toBeNull();
      expect((await keys.list()).map(({ secretHash }) => secretHash[0])).toEqual(['a', 'b']);
    });

    test('the use of keys is noted', async () => {
      const { keys } = bench.store;
      const { id } = await keys.add(plain('a'));
      await keys.add(plain('b'));
      await keys.noteUse([id, 999_999]);
      await keys.noteUse([]);
      expect((await keys.list()).map(({ name, lastUsedAt }) => [name, lastUsedAt !== null])).toEqual([
        ['b', false],
        ['a', true],
      ]);
    });

    test('a sign-in is found until it expires or is removed, and the oldest above the limit are removed', async () => {
      const { keys } = bench.store;
      const { id } = await keys.add(plain('a'));
      const one = signIn(id, 'one');
      await keys.addSignIn(one);
      expect(await keys.findSignIn(one.tokenHash)).toEqual(one);
      expect(await keys.findSignIn('x')).toBeNull();
      await keys.removeSignIn(one.tokenHash);
      expect(await keys.findSignIn(one.tokenHash)).toBeNull();
      const past = signIn(id, 'past', new Date(Date.now() - 60_000));
      await keys.addSignIn(past);
      expect(await keys.findSignIn(past.tokenHash)).toBeNull();
      const later = Date.now() + 100_000;
      for (let i = 0; i <= 100; i++) await keys.addSignIn(signIn(id, `t${i}-`, new Date(later + i)));
      expect(await keys.findSignIn(signIn(id, 't0-').tokenHash)).toBeNull();
      expect(await keys.findSignIn(signIn(id, 't1-').tokenHash)).not.toBeNull();
    });
  });

  describe('the audit log', () => {
    test('has its lines in their order, in pages, newest first', async () => {
      const { audit } = bench.store;
      const line = { keyId: 3, action: 'collections.drop', target: '家庭相册', outcome: 'STARTED' };
      for (const who of ['张三', null, 'c']) await audit.add({ ...line, who });
      await audit.add({ who: 'd', keyId: null, action: 'x', target: '图'.repeat(600), outcome: 'NOT_FOUND' });
      const [long, c, ...rest] = await audit.page(null, 3);
      expect([long?.target?.length, c, rest.length]).toMatchObject([500, { ...line, who: 'c' }, 1]);
      expect(Math.abs((long?.at.getTime() ?? 0) - Date.now())).toBeLessThan(600_000);
      expect((await audit.page(rest[0]!.id, 3)).map(({ who }) => who)).toEqual(['张三']);
    });
  });
}
