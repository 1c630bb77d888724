import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { MANIFEST } from '../model';
import { findCnClipPair, importCnClipLayout } from './cn-clip-layout';
import { HUB_GRAPHS, importHubLayout } from './hub-layout';
import type { ImportTask, Imported } from './layout';
import { importWentuLayout } from './wentu-layout';

/** @throws InvalidInputError that lists the known layouts and the files in the folder */
export async function findLayout(source: string): Promise<(task: ImportTask) => Promise<Imported>> {
  const files = await readdir(source).catch((error: unknown) => {
    throw new InvalidInputError(`${source} is not a readable folder: ${(error as Error).message}`, {
      cause: error,
    });
  });
  if (files.includes(MANIFEST)) return importWentuLayout;
  const pair = findCnClipPair(source, files);
  if (pair) return (task) => importCnClipLayout(task, pair);
  const graph = HUB_GRAPHS.find((file) => existsSync(join(source, file)));
  if (graph !== undefined) return (task) => importHubLayout(task, graph);
  throw new InvalidInputError(
    `${source} contains no model of a known layout: neither ${MANIFEST}, nor NAME.img.fp32.onnx and NAME.txt.fp32.onnx as cn_clip exports them, ` +
      `nor onnx/model.onnx as on the hub; it contains ${files.length === 0 ? 'nothing' : files.sort().slice(0, 10).join(', ')}${files.length > 10 ? ', …' : ''}`,
  );
}
