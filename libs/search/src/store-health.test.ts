import { DiskFullError, UnavailableError, type WentuError } from '@wentu/domain';
import { StoreHealth } from './store-health';

let now: number;
let proofs: number;
let failure: Error | null;
let waitsFor: WentuError | null;
let said: unknown[];
let health: StoreHealth;
beforeEach(() => {
  [now, proofs, failure, waitsFor, said] = [0, 0, null, null, []];
  const store = {
    async proveWrite() {
      proofs++;
      if (failure) throw failure;
    },
  };
  health = new StoreHealth(
    store,
    () => waitsFor,
    (error) => said.push(error),
    () => now,
  );
});

test('writes a proof at most every three seconds', async () => {
  expect(await health.check()).toBeNull();
  failure = new UnavailableError('held');
  now = 2_999;
  expect(await health.check()).toBeNull();
  expect(proofs).toBe(1);
  now = 3_000;
  expect(await health.check()).toBe('unwritable');
  failure = null;
  now = 6_000;
  expect(await health.check()).toBeNull();
});

test('distinguishes a full disk from a store that refuses writes, and reports each once', async () => {
  failure = new DiskFullError('no room');
  expect(await health.check()).toBe('full');
  now = 5_000;
  expect(await health.check()).toBe('full');
  failure = new UnavailableError('read-only');
  now = 10_000;
  expect(await health.check()).toBe('unwritable');
  expect(said.map(String)).toEqual(['DiskFullError: no room', 'UnavailableError: read-only']);
});

test('reports a full disk while a load waits for space, even if a small write still fits', async () => {
  waitsFor = new DiskFullError('no room for a picture');
  expect(await health.check()).toBe('full');
  waitsFor = null;
  expect(await health.check()).toBeNull();
});
