import { NOTHING_IGNORED, type LoadProgress } from '@wentu/domain';
import { LoadLease } from './load-lease';

const NONE: LoadProgress = {
  ...{ total: null, processed: 0, loaded: 0, skipped: 0, failed: 0, keptOut: 0, replaced: 0, removed: 0, missing: 0 },
  ...{ unreadFolders: 0, ignored: NOTHING_IGNORED, imagesPerSecond: null },
};

test('writes the items of each chunk in flight before the chunk is processed', async () => {
  const named: string[][] = [];
  const store = {
    isRemote: false,
    loads: {
      async heartbeat(
        _id: number,
        _owner: string,
        _leaseMs: number,
        _progress: LoadProgress,
        items: readonly string[],
      ) {
        named.push([...items]);
        return 'ok' as const;
      },
    },
  };
  const lease = new LoadLease(store, 1, 'me', () => NONE, { onWait: () => undefined });
  await lease.suspect(['a', 'b']);
  expect(named.at(-1)).toEqual(['a', 'b']);
  await lease.suspect(['c']);
  expect(named.at(-1)).toEqual(['a', 'b', 'c']);
  lease.clear(['a', 'b']);
  await lease.renew();
  expect(named.at(-1)).toEqual(['c']);
  await lease.end();
});
