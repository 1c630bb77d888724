import { closeSync, openSync, readSync } from 'node:fs';
import type { OnnxGraph, OnnxInitializer } from './onnx-graph';
import type { ByteRange } from './wire-format';

const SAME_VALUE = new Set(['Cast', 'Identity', 'Reshape']);
/**
 * The number of rows to check first. A vocabulary with fewer untrained pieces than 1 % may pass as completely trained.
 */
const PROBES = 512;
const BLOCK_ROWS = 1_024;

/**
 * The tables in which the ids are looked up, in the order of the graph: one table, or quantised rows and their scales.
 */
export function embeddingTables({ nodes, initializers }: OnnxGraph, ids: string): OnnxInitializer[] {
  const names = new Set([ids]);
  const tables: OnnxInitializer[] = [];
  for (const { operator, inputs, outputs } of nodes) {
    const [first = '', second = ''] = inputs;
    if (SAME_VALUE.has(operator) && names.has(first)) for (const name of outputs) names.add(name);
    if (operator !== 'Gather' || !names.has(second)) continue;
    const table = initializers.find(({ name }) => name === first);
    if (table) tables.push(table);
  }
  return tables;
}

/**
 * The ids of pieces whose embeddings equal that of [UNK], so that a text tower cannot distinguish them. Training on few
 * texts leaves such pieces: wentu-mini has the vocabulary of BERT and was trained with a quarter of it. Returns an
 * empty set when the tables cannot be read.
 */
export function untrainedPieces(graph: OnnxGraph, ids: string, unknown: number): ReadonlySet<number> {
  const tables = embeddingTables(graph, ids);
  const rowCount = tables[0]?.dims[0] ?? 0;
  const ranges = tables.flatMap(({ dims, rawData }) => (rawData && dims[0] === rowCount ? [rawData] : []));
  if (ranges.length === 0 || ranges.length < tables.length || unknown >= rowCount) return new Set();
  const file = openSync(graph.path, 'r');
  try {
    const rows = new Rows(file, ranges, rowCount);
    const [untrained] = rows.read(unknown, 1) as [string];
    // Most models are trained completely. Of their tables, which have tens of megabytes, only the probes are read.
    const probes = Array.from({ length: PROBES }, (_, i) => Math.floor((i * rowCount) / PROBES));
    if (!probes.some((id) => id !== unknown && rows.read(id, 1)[0] === untrained)) return new Set();
    const found = new Set<number>();
    for (let start = 0; start < rowCount; start += BLOCK_ROWS)
      rows.read(start, BLOCK_ROWS).forEach((row, i) => row === untrained && found.add(start + i));
    return found;
  } finally {
    closeSync(file);
  }
}

/** Rows of several tables, concatenated by id. */
class Rows {
  constructor(
    private readonly file: number,
    private readonly tables: readonly ByteRange[],
    private readonly count: number,
  ) {}

  /** Returns the bytes of up to `count` rows, each as a string for comparison. */
  read(start: number, count: number): string[] {
    const rows = new Array<string>(Math.min(count, this.count - start)).fill('');
    for (const table of this.tables) {
      const rowBytes = Math.floor((table.end - table.start) / this.count);
      const bytes = Buffer.alloc(rows.length * rowBytes);
      readSync(this.file, bytes, 0, bytes.length, table.start + start * rowBytes);
      for (let i = 0; i < rows.length; i++) rows[i] += bytes.toString('latin1', i * rowBytes, (i + 1) * rowBytes);
    }
    return rows;
  }
}
