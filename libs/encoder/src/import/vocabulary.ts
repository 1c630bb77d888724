import { InvalidInputError } from '@wentu/domain';
import { z } from 'zod';
import { embeddingTables } from './embedding-tables';
import { readJson } from './layout';
import type { OnnxGraph } from './onnx-graph';

const SPECIAL_PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];

const tokenizerSchema = z.object({
  model: z.object({ type: z.literal('WordPiece').optional(), vocab: z.record(z.string(), z.int().min(0)) }),
});

/** The pieces of a vocab.txt by id: one piece per line. */
export function toPieces(text: string): string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/**
 * The pieces of a tokenizer.json by id. @throws InvalidInputError when it is not a WordPiece tokenizer, or ids are
 * missing
 */
export async function readTokenizerJson(path: string): Promise<string[]> {
  const { model } = await readJson(path, tokenizerSchema);
  const pieces = Object.entries(model.vocab).sort(([, a], [, b]) => a - b);
  pieces.forEach(([piece, id], at) => {
    if (id === at) return;
    throw new InvalidInputError(
      `${path} gives ${JSON.stringify(piece)} the id ${id} where ${at} should be; fetch or export it again`,
    );
  });
  return pieces.map(([piece]) => piece);
}

/**
 * Compares the size of the vocabulary with the embedding table when the graph has one. A text tower with the wrong
 * vocabulary would give wrong vectors without an error.
 *
 * @throws InvalidInputError that names the vocabulary's file
 */
export function checkVocabulary(pieces: readonly string[], path: string, graph: OnnxGraph, ids: string): void {
  const missing = SPECIAL_PIECES.filter((piece) => !pieces.includes(piece));
  if (missing.length > 0) {
    throw new InvalidInputError(
      `${path} has ${pieces.length} pieces but not ${missing.join(', ')}; give the vocabulary of the model's training`,
    );
  }
  if (pieces[0] !== '[PAD]') {
    throw new InvalidInputError(`${path} starts with ${JSON.stringify(pieces[0])}; the piece with id 0 must be [PAD]`);
  }
  const rows = embeddingTables(graph, ids)[0]?.dims[0];
  if (rows === undefined || rows === pieces.length) return;
  throw new InvalidInputError(
    `${path} has ${pieces.length} pieces, but ${graph.path} has embeddings for ${rows}; give the vocabulary of the model's training`,
  );
}
