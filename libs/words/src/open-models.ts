import { InvalidInputError } from '@wentu/domain';
import { CLASSIFIED } from './recognise/direction';
import { LINE_HEIGHT, WIDTH_STEP, type Recogniser } from './recognise/recogniser';
import { openGraph, type Graph } from './session';
import { findWordModels, readCharacters, type WordModelFiles } from './word-models';

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
    if (classifier) await checkClassifier(classifier, files.classifier as string);
    const graph = await open(files.recogniser);
    const characters = await readCharacters(files.characters);
    await checkDetector(detector, files.detector);
    const columnsPerStep = await checkRecogniser(graph, characters.length, files);
    return { detector, classifier, recogniser: { graph, characters, columnsPerStep }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The side of the picture on which the graphs are tried, in pixels. */
const TRIED = 64;

async function checkDetector(graph: Graph, path: string): Promise<void> {
  const input = { data: new Float32Array(3 * TRIED * TRIED), shape: [1, 3, TRIED, TRIED] };
  const { shape, data } = await graph.run(input).catch((error: unknown) => refuse(path, error));
  if (shape.join() !== [1, 1, TRIED, TRIED].join())
    throw new InvalidInputError(
      `${path} makes ${shape.join(' × ')} numbers of ${TRIED} × ${TRIED} pixels; a detector makes one for each pixel`,
    );
  if (data.some((value) => !(value >= 0 && value <= 1)))
    throw new InvalidInputError(
      `${path} makes numbers that are no probabilities; export the detector with its last sigmoid, in float32`,
    );
}

async function checkClassifier(graph: Graph, path: string): Promise<void> {
  const [height, width] = CLASSIFIED;
  const input = { data: new Float32Array(3 * height * width), shape: [1, 3, height, width] };
  const { shape } = await graph.run(input).catch((error: unknown) => refuse(path, error));
  if (shape.join() !== '1,2')
    throw new InvalidInputError(
      `${path} makes ${shape.join(' × ')} numbers of a line of ${height} × ${width} pixels; a classifier makes 2, for upright and upside down. Remove the file to read lines as they are`,
    );
}

/** @returns the columns that make one step */
async function checkRecogniser(
  graph: Graph,
  classes: number,
  { recogniser, characters }: WordModelFiles,
): Promise<number> {
  const input = { data: new Float32Array(3 * LINE_HEIGHT * TRIED), shape: [1, 3, LINE_HEIGHT, TRIED] };
  const { shape } = await graph.run(input).catch((error: unknown) => refuse(recogniser, error));
  const [, steps = 0, given] = shape;
  if (shape.length !== 3 || given !== classes)
    throw new InvalidInputError(
      `${recogniser} has ${given} classes, but ${characters} has ${classes - 2} characters, which makes ${classes} with blank and space; use the file that belongs to the model`,
    );
  if (steps > 0 && WIDTH_STEP % (TRIED / steps) === 0) return TRIED / steps;
  throw new InvalidInputError(
    `${recogniser} makes ${steps} steps of ${TRIED} columns; a step has to have 1, 2, 4 or 8 columns`,
  );
}

function refuse(path: string, cause: unknown): never {
  throw new InvalidInputError(`${path} does not run on a picture: ${(cause as Error).message}`, { cause });
}
