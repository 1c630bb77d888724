import { ExactSegment } from './exact-segment';
import { GraphSegment } from './graph-segment';
import type { PairSource } from './pair-scan';
import type { Quantizer } from './quantizer';
import type { Segment } from './segment';

/** @returns the vector of a slot, valid until the next call @throws DamagedFileError */
export function vectorOf(segment: Segment, slot: number): Float32Array {
  return segment instanceof GraphSegment ? segment.rows.vectorAt(slot) : (segment as ExactSegment).vectorAt(slot);
}

/**
 * The points of an index for a search of pairs.
 * @param slotOf where a point is now; null when it was deleted
 */
export function slotVectors(
  ids: Float64Array,
  quantizer: Quantizer,
  slotOf: (id: number) => readonly [Segment, number] | null,
): PairSource {
  return {
    ids,
    vectorOf(id) {
      const place = slotOf(id);
      return place && vectorOf(...place);
    },
    readInt8(id, out, at) {
      const place = slotOf(id);
      if (!place) return false;
      const [segment, slot] = place;
      const int8 = segment instanceof ExactSegment ? segment.int8At(slot) : null;
      // With an engine that only scans, a segment has no int8 rows.
      if (int8 && int8.length > 0) out.set(int8, at);
      else quantizer.quantize(vectorOf(segment, slot), out, at);
      return true;
    },
  };
}
