import { ExactSegment, type ExactOptions } from './exact-segment';
import { viewGraph } from './graph-file';
import { GraphSegment } from './graph-segment';
import type { IndexFolder, SavedSegment } from './index-folder';
import { DamagedFileError, RowsFile } from './rows-file';
import { HOLE, type Segment } from './segment';

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

function openSegment(folder: IndexFolder, { name, graph, dead }: SavedSegment, options: ExactOptions): Segment {
  const { dimension, usearch, quantizer, threads, maxRows } = options;
  const rows = RowsFile.open(folder.rowsPath(name), dimension);
  try {
    if (rows.count > maxRows)
      throw new DamagedFileError(`${rows.path} has ${rows.count} rows; segments have ${maxRows}`);
    for (const slot of dead) rows.ids[slot] = HOLE;
    if (!graph || !usearch) return inMemory(rows, options);
    const path = folder.graphPath(name);
    const view = viewGraph(usearch, path, dimension, graph);
    if (!view) throw new DamagedFileError(`${path} has a wrong checksum or size`);
    const { maxError, maxNorm } = graph;
    return new GraphSegment({ graph: view, rows, ids: rows.ids, quantizer, threads, maxError, maxNorm });
  } catch (error) {
    rows.close();
    throw error;
  }
}

function inMemory(rows: RowsFile, options: ExactOptions): ExactSegment {
  const segment = new ExactSegment(options, Math.min(options.maxRows, Math.max(1, rows.count)));
  rows.forEach((row, vector) => {
    const id = rows.ids[row] as number;
    if (id !== HOLE) segment.append(id, vector);
  });
  rows.close();
  return segment;
}
