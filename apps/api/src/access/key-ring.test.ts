import type { StoredKey } from '@wentu/domain';
import { KeyRing } from './key-ring';

afterEach(() => jest.restoreAllMocks());

const KEY: StoredKey = {
  ...{ id: 1, name: 'camera', kind: 'KEY', prefix: 'wk_', secretHash: 'hash', role: 'READ', collectionIds: null },
  ...{ createdAt: new Date(0), createdBy: null, expiresAt: null, lastUsedAt: null, revokedAt: null },
};

test.each([-2, 400])(
  'a key that another process revoked ends, also after the clock jumped by %i days',
  async (days) => {
    let keys = [KEY];
    const ring = new KeyRing({
      list: () => Promise.resolve(keys),
      findSignIn: () => Promise.resolve(null),
      removeSignIn: () => Promise.resolve(),
      noteUse: () => Promise.resolve(),
      changeCount: () => 0,
    });
    try {
      const now = Date.now();
      jest.spyOn(Date, 'now').mockReturnValue(now - days * 86_400_000);
      expect(await ring.bySecretHash('hash')).toEqual(KEY);
      jest.spyOn(Date, 'now').mockReturnValue(now);
      keys = [];
      const begun = performance.now();
      jest.spyOn(performance, 'now').mockImplementation(() => begun + 1_500);
      expect(await ring.bySecretHash('hash')).toBeNull();
    } finally {
      await ring.close();
    }
  },
);
