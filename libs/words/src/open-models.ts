import { InvalidInputError } from '@wentu/domain';
import type { Recogniser } from './recognise/recogniser';
import { openGraph, type Graph } from './session';
import { findWordModels, readCharacters } from './word-models';

/** The opened models. Their runs block the calling thread. */
export interface WordModels {
  readonly detector: Graph;
  readonly classifier: Graph | null;
  readonly recogniser: Recogniser;
  close(): Promise<void>;
}

/**
 * Opens the models in a folder.
 * @throws InvalidInputError when a file is missing or does not fit the others
 */
export async function openWordModels(folder: string, threads: number): Promise<WordModels> {
  const files = await findWordModels(folder);
  const opened: Graph[] = [];
  const open = async (path: string): Promise<Graph> => {
    const graph = await openGraph(path, threads);
    opened.push(graph);
    return graph;
  };
  const close = async (): Promise<void> => {
    for (const graph of opened.splice(0)) await graph.close();
  };
  try {
    const detector = await open(files.detector);
    const classifier = files.classifier === null ? null : await open(files.classifier);
    const graph = await open(files.recogniser);
    const characters = await readCharacters(files.characters);
    await checkClasses(graph, characters.length, files.recogniser, files.characters);
    return { detector, classifier, recogniser: { graph, characters }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function checkClasses(graph: Graph, classes: number, model: string, file: string): Promise<void> {
  const { shape } = await graph.run(new Float32Array(3 * 48 * 64), [1, 3, 48, 64]);
  const given = shape[2];
  if (shape.length === 3 && given === classes) return;
  throw new InvalidInputError(
    `${model} has ${given} classes, but ${file} has ${classes - 2} characters, which makes ${classes} with blank and space; use the file that belongs to the model`,
  );
}
