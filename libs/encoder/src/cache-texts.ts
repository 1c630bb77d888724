import type { TextEncoder } from '@wentu/domain';

/** Queries are shorter; ten thousand texts of 100,000 characters would be gigabytes. */
const MAX_REMEMBERED_LENGTH = 1_000;

/**
 * Remembers the vectors of the last texts (those of up to 1,000 characters), and lets equal texts that are asked for at the same time share one run.
 * A failure is not remembered.
 */
export function cacheTexts(encoder: TextEncoder, maxEntries: number): TextEncoder {
  // A Map keeps insertion order: the first key is the one unused for longest.
  const known = new Map<string, Promise<Float32Array>>();

  function remember(text: string, vector: Promise<Float32Array>): void {
    if (text.length <= MAX_REMEMBERED_LENGTH) known.set(text, vector);
    vector.catch(() => {
      if (known.get(text) === vector) known.delete(text);
    });
    for (const oldest of known.keys()) {
      if (known.size <= maxEntries) break;
      known.delete(oldest);
    }
  }

  return {
    model: encoder.model,
    async encodeTexts(texts, signal) {
      signal?.throwIfAborted();
      const unknown = [...new Set(texts)].filter((text) => !known.has(text));
      // Held here too: a call of more texts than are remembered must still find them all.
      const wanted = new Map<string, Promise<Float32Array>>();
      for (const text of texts) {
        const vector = known.get(text);
        if (!vector) continue;
        known.delete(text);
        known.set(text, vector);
        wanted.set(text, vector);
      }
      if (unknown.length > 0) {
        // No signal: others may be waiting for the same texts by the time this caller gives up.
        const run = encoder.encodeTexts(unknown);
        unknown.forEach((text, i) => {
          // A copy: one row must not keep a whole batch's memory.
          const vector = run.then((vectors) => (vectors[i] as Float32Array).slice());
          remember(text, vector);
          wanted.set(text, vector);
        });
      }
      const vectors = await Promise.all(texts.map((text) => wanted.get(text) as Promise<Float32Array>));
      signal?.throwIfAborted();
      // Copies again: what a caller does with its vectors is its own business.
      return vectors.map((vector) => vector.slice());
    },
  };
}
