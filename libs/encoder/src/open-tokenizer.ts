import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { embeddingTables, untrainedPieces } from './import/embedding-tables';
import type { OnnxGraph } from './import/onnx-graph';
import { checkVocabulary, toPieces } from './import/vocabulary';
import { createJsonTokenizer } from './json-tokenizer';
import type { Model } from './model';
import { createTokenizer, type Tokenizer, type TokenizerMode } from './tokenizer';

/**
 * Opens the tokenizer of a model. That of a large vocabulary takes seconds and some hundred megabytes.
 *
 * @param graph the text tower, whose table of embeddings must have a row for every token
 * @throws InvalidInputError that names the file and the fault
 */
export async function openTokenizer(
  { folder, manifest }: Pick<Model, 'folder' | 'manifest'>,
  graph: OnnxGraph,
  mode: TokenizerMode,
): Promise<Tokenizer> {
  const { inputs, contextLength, cleaning, prefix } = manifest.text;
  const path = join(folder, manifest.tokenizer.file);
  const content = await readFile(path, 'utf8');
  if (manifest.tokenizer.kind === 'tokenizer-json') {
    const tokenizer = createJsonTokenizer(content, path, { contextLength, cleaning, prefix });
    const rows = embeddingTables(graph, inputs.ids)[0]?.dims[0];
    if (rows === undefined || rows >= tokenizer.size) return tokenizer;
    throw new InvalidInputError(
      `${path} has ${tokenizer.size} tokens, but ${graph.path} has embeddings for ${rows}; give the tokenizer of the model's training`,
    );
  }
  const pieces = toPieces(content);
  checkVocabulary(pieces, path, graph, inputs.ids);
  const untrained = untrainedPieces(graph, inputs.ids, pieces.indexOf('[UNK]'));
  return createTokenizer(pieces, contextLength, { untrained, mode });
}
