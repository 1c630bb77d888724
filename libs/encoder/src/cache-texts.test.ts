import type { ModelInfo, TextEncoder } from '@wentu/domain';
import { batchTexts } from './batch-texts';
import { createTextCache } from './cache-texts';

const model: ModelInfo = {
  name: 'm',
  space: 's',
  dimension: 1,
  imageSize: 8,
  contextLength: 52,
  logitScale: 4.6,
  preprocessing: 'p',
};

/** Encodes a text as its length and records the requested texts. */
function counting(fail: (texts: readonly string[]) => boolean = () => false): TextEncoder & { runs: string[][] } {
  const runs: string[][] = [];
  return {
    model,
    runs,
    async encodeTexts(texts) {
      runs.push([...texts]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (fail(texts)) throw new Error('no run');
      // The rows share one buffer, as in a real batch.
      const all = Float32Array.from(texts, (text) => text.length);
      return texts.map((_, i) => all.subarray(i, i + 1));
    },
  };
}

describe('createTextCache', () => {
  test('encodes a text once, also within a call and while it is being encoded', async () => {
    const encoder = counting();
    const cached = createTextCache(10)(encoder);
    const [first, second] = await Promise.all([
      cached.encodeTexts(['a', 'bb', 'a']),
      cached.encodeTexts(['bb', 'ccc']),
    ]);
    expect(first.map((vector) => vector[0])).toEqual([1, 2, 1]);
    expect(second.map((vector) => vector[0])).toEqual([2, 3]);
    await cached.encodeTexts(['a', 'bb', 'ccc']);
    expect(encoder.runs).toEqual([['a', 'bb'], ['ccc']]);
  });

  test('keeps the texts of several models apart, in one cache', async () => {
    const [one, other, wide] = [counting(), counting(), counting()];
    const cache = createTextCache(3);
    const cached = [
      cache(one),
      cache({ ...other, model: { ...model, space: 'other' } }),
      cache({ ...wide, model: { ...model, dimension: 2 } }),
    ];
    for (const each of [...cached, ...cached]) await each.encodeTexts(['a']);
    expect([one, other, wide].map(({ runs }) => runs)).toEqual([[['a']], [['a']], [['a']]]);
    await cached[0]?.encodeTexts(['b']);
    for (const each of cached) await each.encodeTexts(['a']);
    expect(one.runs).toEqual([['a'], ['b'], ['a']]);
  });

  test('evicts the least recently used text', async () => {
    const encoder = counting();
    const cached = createTextCache(2)(encoder);
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await cached.encodeTexts([text]);
    expect(encoder.runs.flat()).toEqual(['a', 'b', 'c', 'b']);
  });

  test('answers a call with more texts than the cache keeps', async () => {
    const texts = Array.from({ length: 9 }, (_, i) => 'x'.repeat(i + 1));
    expect((await createTextCache(2)(counting()).encodeTexts(texts)).map((vector) => vector[0])).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  test('encodes very long texts but does not cache them', async () => {
    const encoder = counting();
    const cached = createTextCache(10)(encoder);
    const long = 'x'.repeat(100_000);
    expect((await cached.encodeTexts([long, long])).map((vector) => vector[0])).toEqual([100_000, 100_000]);
    await cached.encodeTexts([long]);
    expect(encoder.runs).toEqual([[long], [long]]);
  });

  test('does not cache a failure', async () => {
    let broken = true;
    const cached = createTextCache(10)(counting(() => broken));
    await expect(cached.encodeTexts(['a'])).rejects.toThrow('no run');
    broken = false;
    await expect(cached.encodeTexts(['a'])).resolves.toHaveLength(1);
  });

  test('a caller may change its vectors', async () => {
    const cached = createTextCache(10)(counting());
    const [mine] = await cached.encodeTexts(['abc']);
    mine!.fill(-1);
    expect((await cached.encodeTexts(['abc']))[0]![0]).toBe(3);
  });

  test('an abort of one caller does not fail another that waits for the same text', async () => {
    const cached = createTextCache(10)(counting());
    const controller = new AbortController();
    const [aborted, waiting] = [cached.encodeTexts(['a'], controller.signal), cached.encodeTexts(['a'])];
    controller.abort(new Error('gone'));
    await expect(aborted).rejects.toThrow('gone');
    await expect(waiting).resolves.toHaveLength(1);
  });
});

describe('batchTexts', () => {
  test('calls that arrive together, and those that arrive during a run, share runs', async () => {
    const encoder = counting();
    const batched = batchTexts(encoder, { maxBatch: 3 });
    const first = [batched.encodeTexts(['a']), batched.encodeTexts(['bb'])];
    await new Promise((resolve) => setTimeout(resolve, 2));
    const later = ['ccc', 'dddd', 'eeeee', 'ffffff'].map((text) => batched.encodeTexts([text]));
    const vectors = await Promise.all([...first, ...later]);
    expect(vectors.map(([vector]) => vector![0])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(encoder.runs).toEqual([['a', 'bb'], ['ccc', 'dddd', 'eeeee'], ['ffffff']]);
  });

  test('a call larger than a batch runs alone', async () => {
    const encoder = counting();
    const texts = ['a', 'b', 'c', 'd'];
    expect(await batchTexts(encoder, { maxBatch: 2 }).encodeTexts(texts)).toHaveLength(4);
    expect(encoder.runs).toEqual([texts]);
  });

  test('an aborted waiting call is dropped; a failed run rejects its own calls but no later ones', async () => {
    const encoder = counting((texts) => texts.includes('bad'));
    const batched = batchTexts(encoder, { maxBatch: 1 });
    const controller = new AbortController();
    const calls = [
      batched.encodeTexts(['bad']),
      batched.encodeTexts(['dropped'], controller.signal),
      batched.encodeTexts(['good']),
    ];
    controller.abort(new Error('gone'));
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(encoder.runs).toEqual([['bad'], ['good']]);
  });

  test('refuses a call when too many are waiting', async () => {
    const batched = batchTexts(counting(), { maxBatch: 1_000 });
    const calls = Array.from({ length: 1_000 }, () => batched.encodeTexts(['a']));
    await expect(batched.encodeTexts(['a'])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await Promise.all(calls);
  });
});
