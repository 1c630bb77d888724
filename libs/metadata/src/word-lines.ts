import type { PicturePoint, WordLine } from '@wentu/domain';

/** [text, confidence in thousandths, x and y of each corner in ten thousandths of the picture] */
type StoredLine = readonly [text: string, confidence: number, ...places: number[]];

const CONFIDENCE_UNIT = 1_000;
const PLACE_UNIT = 10_000;

export function toStoredLines(lines: readonly WordLine[]): Buffer {
  const stored = lines.map(({ text, confidence, box }): StoredLine => {
    const places = box.flatMap(({ x, y }) => [Math.round(x * PLACE_UNIT), Math.round(y * PLACE_UNIT)]);
    return [text, Math.round(confidence * CONFIDENCE_UNIT), ...places];
  });
  return Buffer.from(JSON.stringify(stored));
}

export function fromStoredLines(bytes: Uint8Array): WordLine[] {
  const stored = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as StoredLine[];
  return stored.map(([text, confidence, ...places]) => {
    const point = (corner: number): PicturePoint => ({
      x: (places[2 * corner] ?? 0) / PLACE_UNIT,
      y: (places[2 * corner + 1] ?? 0) / PLACE_UNIT,
    });
    return { text, confidence: confidence / CONFIDENCE_UNIT, box: [point(0), point(1), point(2), point(3)] };
  });
}
