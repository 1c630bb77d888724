import { AttributesFile } from './attributes-file';
import { ExactSegment, type ExactOptions } from './exact-segment';
import { viewGraph } from './graph-file';
import { GraphSegment } from './graph-segment';
import type { IndexFolder, SavedSegment } from './index-folder';
import { DamagedFileError, RowsFile } from './rows-file';
import { HOLE, type Segment } from './segment';
import { Int8Rows, readInt8Rows } from './int8-rows';

export interface OpenedSegment {
  readonly segment: Segment;
  readonly saved: SavedSegment;
}

/**
 * Opens the segments with valid files. The points of damaged segments are missing in the index, and the repair adds
 * them again from the metadata rows.
 */
export function openSegments(
  folder: IndexFolder,
  saved: readonly SavedSegment[],
  options: ExactOptions,
  onLost: (error: Error) => void,
): OpenedSegment[] {
  const opened: OpenedSegment[] = [];
  for (const each of saved) {
    try {
      opened.push({ segment: openSegment(folder, each, options), saved: each });
    } catch (error) {
      onLost(error as Error);
    }
  }
  return opened;
}

function openSegment(
  folder: IndexFolder,
  { name, attributesCrc, graph, dead, quantized }: SavedSegment,
  options: ExactOptions,
): Segment {
  const { dimension, usearch, quantizer, threads, maxRows } = options;
  const rows = RowsFile.open(folder.rowsPath(name), dimension);
  try {
    if (rows.count > maxRows)
      throw new DamagedFileError(`${rows.path} has ${rows.count} rows; segments have ${maxRows}`);
    for (const slot of dead) rows.ids[slot] = HOLE;
    const attributes = new AttributesFile(folder.attributesPath(name), attributesCrc);
    if (!graph || !usearch) {
      const sizeBytes = rows.count * dimension;
      const int8 = quantized && usearch && readInt8Rows(folder.int8Path(name), sizeBytes, quantized.crc);
      const segment = ExactSegment.restore(
        options,
        rows,
        attributes.columns,
        int8 ? { ...quantized, rows: int8 } : null,
      );
      rows.close();
      return segment;
    }
    const path = folder.graphPath(name);
    const view = viewGraph(usearch, path, dimension, graph);
    if (!view) throw new DamagedFileError(`${path} has a wrong checksum or size`);
    const { maxError, maxNorm, int8Crc } = graph;
    const int8 = new Int8Rows(folder.int8Path(name), dimension, rows.count, int8Crc, options.filterMemory);
    const parts = {
      graph: view,
      rows,
      attributes,
      int8,
      usearch,
      ids: rows.ids,
      quantizer,
      threads,
      maxError,
      maxNorm,
    };
    return new GraphSegment(parts);
  } catch (error) {
    rows.close();
    throw error;
  }
}
