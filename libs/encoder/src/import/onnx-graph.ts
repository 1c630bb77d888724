import { InvalidInputError } from '@wentu/domain';
import { WireFile, type ByteRange, type WireField } from './wire-format';

/** Field numbers of onnx/onnx.proto (IR version 10). */
export const MODEL = { graph: 7 } as const;
export const GRAPH = {
  node: 1,
  initializer: 5,
  input: 11,
  output: 12,
  valueInfo: 13,
  annotation: 14,
  sparse: 15,
} as const;
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 } as const;
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11 } as const;
const TENSOR = { dims: 1, name: 8, rawData: 9, externalData: 13 } as const;
const ENTRY = { key: 1, value: 2 } as const;

const MAX_DEPTH = 16;

export interface OnnxNode {
  readonly field: ByteRange;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** All values that the node reads: its inputs, and outer values that the bodies of If, Loop and Scan read. */
  readonly uses: readonly string[];
  /** The files that contain its constants. */
  readonly externalFiles: readonly string[];
}

export interface OnnxInitializer {
  readonly field: ByteRange;
  readonly name: string;
  readonly dims: readonly number[];
  /** Its values, little-endian, row by row; null when they have another encoding or are in another file. */
  readonly rawData: ByteRange | null;
  readonly externalFiles: readonly string[];
}

export interface OnnxValue {
  readonly content: ByteRange;
  readonly name: string;
  /** A number, or the name of a dynamic dimension. */
  readonly shape: readonly (number | string)[];
}

/** The positions of the parts of an ONNX file, without the weights. */
export interface OnnxGraph {
  readonly path: string;
  /** The fields of the ModelProto other than its graph: versions, operator sets, functions, metadata. */
  readonly modelFields: readonly ByteRange[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly values: readonly OnnxValue[];
  /** Fields of the graph that belong to no value, such as its name. */
  readonly otherFields: readonly ByteRange[];
}

/** @throws InvalidInputError that names the file when it is truncated or not an ONNX model */
export function readOnnxGraph(path: string): OnnxGraph {
  const file = new WireFile(path);
  try {
    return new GraphReader(file).read();
  } finally {
    file.close();
  }
}

/** The names of the files beside the graph that contain its weights. */
export function externalFiles({ nodes, initializers }: Pick<OnnxGraph, 'nodes' | 'initializers'>): string[] {
  return [...new Set([...nodes, ...initializers].flatMap((item) => item.externalFiles))];
}

/** Not `list.push(...items)`: a hostile file can have more items than a call accepts as arguments. */
function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}

class GraphReader {
  constructor(private readonly file: WireFile) {}

  read(): OnnxGraph {
    const modelFields: ByteRange[] = [];
    let graph: ByteRange | undefined;
    for (const field of this.file.fields({ start: 0, end: this.file.sizeBytes })) {
      if (field.number === MODEL.graph) graph = field.content;
      else modelFields.push(field.whole);
    }
    const { path } = this.file;
    if (!graph) throw new InvalidInputError(`${path} contains no ONNX graph; fetch or export it again`);
    const read = {
      path,
      modelFields,
      nodes: [] as OnnxNode[],
      initializers: [] as OnnxInitializer[],
      inputs: [] as OnnxValue[],
      outputs: [] as OnnxValue[],
      values: [] as OnnxValue[],
      otherFields: [] as ByteRange[],
    };
    for (const field of this.file.fields(graph)) {
      if (field.number === GRAPH.node) read.nodes.push(this.node(field, 0));
      else if (field.number === GRAPH.initializer) read.initializers.push(this.tensor(field));
      else if (field.number === GRAPH.sparse) read.initializers.push(this.sparseTensor(field));
      else if (field.number === GRAPH.input) read.inputs.push(this.value(field));
      else if (field.number === GRAPH.output) read.outputs.push(this.value(field));
      else if (field.number === GRAPH.valueInfo) read.values.push(this.value(field));
      // Quantisation annotations refer to values by name, and no runtime needs them.
      else if (field.number !== GRAPH.annotation) read.otherFields.push(field.whole);
    }
    return read;
  }

  private node(field: WireField, depth: number): OnnxNode {
    if (depth > MAX_DEPTH) throw this.tooDeep(field);
    const [inputs, outputs]: [string[], string[]] = [[], []];
    const [inner, files]: [string[], string[]] = [[], []];
    let operator = '';
    for (const part of this.file.fields(field.content)) {
      if (part.number === NODE.input) inputs.push(this.file.text(part));
      else if (part.number === NODE.output) outputs.push(this.file.text(part));
      else if (part.number === NODE.operator) operator = this.file.text(part);
      else if (part.number === NODE.attribute) this.attribute(part, depth, inner, files);
    }
    return { field: field.whole, operator, inputs, outputs, uses: [...inputs, ...inner], externalFiles: files };
  }

  private attribute(field: WireField, depth: number, uses: string[], files: string[]): void {
    for (const part of this.file.fields(field.content)) {
      if (part.number === ATTRIBUTE.tensor || part.number === ATTRIBUTE.tensors)
        append(files, this.tensor(part).externalFiles);
      if (part.number !== ATTRIBUTE.graph && part.number !== ATTRIBUTE.graphs) continue;
      const outer = this.subgraph(part, depth + 1);
      append(uses, outer.uses);
      append(files, outer.externalFiles);
    }
  }

  /** The outer values that a body reads. Names are unique across the levels, as ONNX requires. */
  private subgraph(field: WireField, depth: number): Pick<OnnxNode, 'uses' | 'externalFiles'> {
    const [used, own]: [Set<string>, Set<string>] = [new Set(), new Set()];
    const files: string[] = [];
    for (const part of this.file.fields(field.content)) {
      if (part.number === GRAPH.node) {
        const node = this.node(part, depth);
        for (const name of node.uses) used.add(name);
        for (const name of node.outputs) own.add(name);
        append(files, node.externalFiles);
      } else if (part.number === GRAPH.initializer) {
        const tensor = this.tensor(part);
        own.add(tensor.name);
        append(files, tensor.externalFiles);
      } else if (part.number === GRAPH.sparse) own.add(this.sparseTensor(part).name);
      else if (part.number === GRAPH.input) own.add(this.value(part).name);
      else if (part.number === GRAPH.output) used.add(this.value(part).name);
    }
    return { uses: [...used].filter((name) => !own.has(name)), externalFiles: files };
  }

  private tensor(field: WireField): OnnxInitializer {
    const dims: number[] = [];
    const files: string[] = [];
    let name = '';
    let rawData: ByteRange | null = null;
    for (const part of this.file.fields(field.content)) {
      if (part.number === TENSOR.dims) append(dims, this.file.numbers(part));
      else if (part.number === TENSOR.rawData) rawData = part.content;
      else if (part.number === TENSOR.name) name = this.file.text(part);
      else if (part.number === TENSOR.externalData) {
        const { 1: key, 2: value } = this.texts(part, [ENTRY.key, ENTRY.value]);
        if (key === 'location' && value !== undefined) files.push(value);
      }
    }
    return { field: field.whole, name, dims, rawData, externalFiles: files };
  }

  /** Its name is the name of its values (field 1). */
  private sparseTensor(field: WireField): OnnxInitializer {
    for (const part of this.file.fields(field.content))
      if (part.number === 1) return { ...this.tensor(part), field: field.whole, rawData: null };
    return { field: field.whole, name: '', dims: [], rawData: null, externalFiles: [] };
  }

  /** ValueInfoProto: name 1, type 2 { tensor_type 1 { shape 2 { dim 1 { dim_value 1 | dim_param 2 } } } }. */
  private value(field: WireField): OnnxValue {
    let name = '';
    const shape: (number | string)[] = [];
    for (const part of this.file.fields(field.content)) {
      if (part.number === 1) name = this.file.text(part);
      if (part.number !== 2) continue;
      for (const dim of this.within([part], [1, 2, 1])) shape.push(this.dimension(dim));
    }
    return { content: field.content, name, shape };
  }

  private dimension(field: WireField): number | string {
    for (const part of this.file.fields(field.content)) {
      if (part.number === 1) return part.value;
      if (part.number === 2) return this.file.text(part);
    }
    return '?';
  }

  private *within(parents: Iterable<WireField>, [number, ...rest]: readonly number[]): Generator<WireField> {
    for (const parent of parents)
      for (const part of this.file.fields(parent.content)) {
        if (part.number !== number) continue;
        if (rest.length === 0) yield part;
        else yield* this.within([part], rest);
      }
  }

  private texts(field: WireField, numbers: readonly number[]): Record<number, string> {
    const found: Record<number, string> = {};
    for (const part of this.file.fields(field.content))
      if (numbers.includes(part.number)) found[part.number] = this.file.text(part);
    return found;
  }

  private tooDeep(field: WireField): InvalidInputError {
    return new InvalidInputError(
      `${this.file.path} has bodies nested deeper than ${MAX_DEPTH} at byte ${field.whole.start}; this is not an encoder`,
    );
  }
}
