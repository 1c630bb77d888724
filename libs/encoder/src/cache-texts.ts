import type { TextEncoder } from '@wentu/domain';
import { measure } from '@wentu/telemetry';

/** Queries are shorter. Ten thousand texts of 100,000 characters would need gigabytes. */
const MAX_REMEMBERED_LENGTH = 1_000;

/**
 * Caches the vectors of recent texts of up to 1,000 characters. All wrapped encoders share the cache. Concurrent calls
 * with equal texts share one run. Failures are not cached.
 */
export function createTextCache(maxEntries: number): (encoder: TextEncoder) => TextEncoder {
  // A Map keeps insertion order, so the first key is the least recently used one.
  const known = new Map<string, Promise<Float32Array>>();

  function remember(key: string, text: string, vector: Promise<Float32Array>): void {
    if (text.length <= MAX_REMEMBERED_LENGTH) known.set(key, vector);
    vector.catch(() => {
      if (known.get(key) === vector) known.delete(key);
    });
    for (const oldest of known.keys()) {
      if (known.size <= maxEntries) break;
      known.delete(oldest);
    }
  }

  return (encoder) => {
    const { space, dimension } = encoder.model;
    const prefix = JSON.stringify([space, dimension]);
    return {
      model: encoder.model,
      async encodeTexts(texts, signal) {
        signal?.throwIfAborted();
        const unknown = [...new Set(texts)].filter((text) => !known.has(prefix + text));
        const hits = texts.length - unknown.length;
        if (hits > 0) measure('cacheRequests', hits, { cache: 'text', result: 'hit' });
        if (unknown.length > 0) measure('cacheRequests', unknown.length, { cache: 'text', result: 'miss' });
        // Kept here too: a call may have more texts than the cache keeps.
        const wanted = new Map<string, Promise<Float32Array>>();
        for (const text of texts) {
          const key = prefix + text;
          const vector = known.get(key);
          if (!vector) continue;
          known.delete(key);
          known.set(key, vector);
          wanted.set(text, vector);
        }
        if (unknown.length > 0) {
          // Without the signal, because other calls may wait for the same texts when this caller aborts.
          const run = encoder.encodeTexts(unknown);
          unknown.forEach((text, i) => {
            // A copy, so that one row does not keep the memory of the whole batch.
            const vector = run.then((vectors) => (vectors[i] as Float32Array).slice());
            remember(prefix + text, text, vector);
            wanted.set(text, vector);
          });
        }
        const vectors = await Promise.all(texts.map((text) => wanted.get(text) as Promise<Float32Array>));
        signal?.throwIfAborted();
        // Copies, because a caller may change its vectors.
        return vectors.map((vector) => vector.slice());
      },
    };
  };
}
