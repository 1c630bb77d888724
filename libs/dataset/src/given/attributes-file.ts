import { InvalidInputError, ItemError, normalName, type Dataset, type DatasetEntry } from '@wentu/domain';
import { BadLineError, parseIdLiteral, scanObject } from '../json-line';
import { readLines, type Line } from '../lines';
import type { SourceFile } from '../source-file';
import { parseGiven } from './parse-given';

/** Largest line, and all lines together: they are in memory during a load. */
const MAX_LINE_BYTES = 1024 * 1024;
const MAX_BYTES = 256 * 1024 * 1024;

/** The name of the file with the attributes of the pictures of a split. */
export function attributesFileOf(split: string): string {
  return `${split}_imgs.attributes.jsonl`;
}

/**
 * Adds the tags and attributes of a file to the pictures of a tsv, an LMDB or a feature file. Its lines are
 * `{"image_id": …, "tags": […], "attributes": {…}}`. Of several lines for one picture, the last one counts.
 */
export function withAttributes(dataset: Dataset, file: SourceFile & { readonly name: string }): Dataset {
  return {
    kind: dataset.kind,
    directory: dataset.directory,
    ...(dataset.features ? { features: dataset.features } : {}),
    ...(dataset.survey ? { survey: dataset.survey } : {}),
    count: (signal) => dataset.count(signal),
    close: () => dataset.close(),
    async *entries(signal): AsyncGenerator<DatasetEntry> {
      const lines = new Map<string, { readonly item: string; readonly text: string }>();
      let bytes = 0;
      for await (const line of readLines(file, MAX_LINE_BYTES, signal)) {
        const item = `${file.name}:${line.number}`;
        try {
          const { id, text } = parseLine(line);
          bytes += line.lengthBytes;
          if (bytes > MAX_BYTES)
            throw new InvalidInputError(
              `${file.name} has more than ${MAX_BYTES} bytes; split the pictures and the file`,
            );
          lines.set(id, { item, text });
        } catch (error) {
          if (!(error instanceof BadLineError)) throw error;
          const message = `the line is not {"image_id": …, "tags": […], "attributes": {…}}: ${error.message}`;
          yield { item, error: new ItemError('BAD_ATTRIBUTES', message, { cause: error }) };
        }
      }
      for await (const entry of dataset.entries(signal)) {
        const line = 'imageId' in entry ? lines.get(entry.imageId) : undefined;
        yield line && 'imageId' in entry ? { ...entry, given: async () => parseGiven(line.text, line.item) } : entry;
      }
    },
  };
}

/** @throws BadLineError */
function parseLine({ bytes }: Line): { id: string; text: string } {
  if (!bytes) throw new BadLineError(`it has more than ${MAX_LINE_BYTES} bytes`);
  const text = bytes.toString('utf8');
  const literal = scanObject(text, ['image_id']).get('image_id');
  const id = literal === undefined ? undefined : parseIdLiteral(literal);
  if (id === undefined) throw new BadLineError('it has no image_id that is a whole number or a text');
  return { id: normalName(id), text };
}
