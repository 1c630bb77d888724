import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pictures that tools/make-word-fixtures has drawn. */
export const FIXTURES = join(__dirname, '../../fixtures');

export interface Fixture {
  readonly name: string;
  readonly kind: string;
  /** The lines that were drawn, in reading order. */
  readonly truth: readonly string[];
  /** Those that RapidOCR 1.4.4 reads with the same models; the boxes are in pixels. */
  readonly lines: readonly { readonly text: string; readonly confidence: number; readonly box: [number, number][] }[];
}

export const fixtures: readonly Fixture[] = Object.entries(
  JSON.parse(readFileSync(join(FIXTURES, 'lines.json'), 'utf8')) as Record<string, Omit<Fixture, 'name'>>,
).map(([name, each]) => ({ name, ...each }));

export function fixtureOf(kind: string): Fixture & { readonly bytes: Uint8Array } {
  const found = fixtures.find((each) => each.kind === kind);
  if (!found) throw new Error(`there is no fixture of the kind ${kind}`);
  return { ...found, bytes: bytesOf(found) };
}

export function bytesOf({ name }: Fixture): Uint8Array {
  return readFileSync(join(FIXTURES, name));
}

/** Without spaces, which PP-OCR leaves out between English words, and in one form for each character. */
export function fold(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '');
}

/** Limits of decoding, as the server has them. */
export const LIMITS = { maxBytes: 50_000_000, maxPixels: 300_000_000, maxDecodeBytes: 1024 ** 3, timeoutMs: 60_000 };
