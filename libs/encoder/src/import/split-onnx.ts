import { open, type FileHandle } from 'node:fs/promises';
import { InvalidInputError } from '@wentu/domain';
import { GRAPH, MODEL, type OnnxGraph, type OnnxNode } from './onnx-graph';
import { fieldHeader, type ByteRange } from './wire-format';

const COPY_BYTES = 1_024 * 1_024;

/**
 * The part of a graph that one of its outputs needs: the nodes that lead to it, and the inputs and weights that they
 * use. The rest of the model, such as operator sets and functions, stays.
 *
 * @param given other outputs that become inputs of the part instead of being computed
 * @throws InvalidInputError when the graph has no such output
 */
export function partFor(graph: OnnxGraph, output: string, given: readonly string[] = []): OnnxGraph {
  const outputs = graph.outputs.filter(({ name }) => name === output);
  if (outputs.length === 0) throw missingTensor(graph, output);
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const names = new Set<string>([output]);
  const kept = new Set<OnnxNode>();
  // A set is iterated in insertion order and includes names that are added during the loop.
  for (const name of names) {
    const node = given.includes(name) ? undefined : producers.get(name);
    if (!node || kept.has(node)) continue;
    kept.add(node);
    for (const value of [...node.uses, ...node.outputs]) names.add(value);
  }
  const isUsed = ({ name }: { name: string }): boolean => names.has(name);
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => kept.has(node)),
    initializers: graph.initializers.filter(isUsed),
    inputs: [...graph.inputs, ...graph.outputs.filter(({ name }) => given.includes(name))].filter(isUsed),
    outputs,
    values: graph.values.filter((value) => isUsed(value) && !given.includes(value.name)),
  };
}

export function missingTensor(graph: OnnxGraph, name: string): InvalidInputError {
  const list = (values: readonly { name: string }[]): string =>
    values
      .slice(0, 20)
      .map((value) => value.name)
      .join(', ') || 'none';
  const weights = new Set(graph.initializers.map((tensor) => tensor.name));
  return new InvalidInputError(
    `${graph.path} has no tensor ${name}; it has the inputs ${list(graph.inputs.filter((value) => !weights.has(value.name)))} and the outputs ${list(graph.outputs)}`,
  );
}

/** Writes the graph to a new file. Weights are copied unchanged, in pieces. */
export async function writeOnnxGraph(graph: OnnxGraph, target: string, signal?: AbortSignal): Promise<void> {
  const { nodes, initializers, inputs, outputs, values, otherFields, modelFields } = graph;
  const content: Piece[] = [
    ...merge([...nodes.map(({ field }) => field), ...initializers.map(({ field }) => field), ...otherFields]),
    ...inputs.flatMap((value) => asField(GRAPH.input, value.content)),
    ...outputs.flatMap((value) => asField(GRAPH.output, value.content)),
    ...values.flatMap((value) => asField(GRAPH.valueInfo, value.content)),
  ];
  const length = content.reduce((sum, piece) => sum + lengthOf(piece), 0);
  const from = await open(graph.path, 'r');
  try {
    const to = await open(target, 'wx');
    try {
      await write(from, to, [...merge(modelFields), fieldHeader(MODEL.graph, length), ...content], signal);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** A range of the source file, or new bytes. */
type Piece = ByteRange | Buffer;

function lengthOf(piece: Piece): number {
  return Buffer.isBuffer(piece) ? piece.length : piece.end - piece.start;
}

function asField(number: number, content: ByteRange): Piece[] {
  return [fieldHeader(number, lengthOf(content)), content];
}

/** Sorts ranges by their position in the file, which for nodes is the order of execution, and joins adjacent ones. */
function merge(ranges: readonly ByteRange[]): ByteRange[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last?.end === start) last.end = end;
    else merged.push({ start, end });
  }
  return merged;
}

async function write(
  from: FileHandle,
  to: FileHandle,
  pieces: readonly Piece[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const buffer = Buffer.alloc(COPY_BYTES);
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) {
      await to.writeFile(piece);
      continue;
    }
    for (let at = piece.start; at < piece.end;) {
      signal?.throwIfAborted();
      const { bytesRead } = await from.read(buffer, 0, Math.min(COPY_BYTES, piece.end - at), at);
      if (bytesRead === 0) throw new InvalidInputError('the ONNX file shrank while it was read; import it again');
      await to.writeFile(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  }
}
