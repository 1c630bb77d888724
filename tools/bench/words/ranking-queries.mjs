// The queries of tools/bench/word-ranking.mjs, chosen by seed from the lines that were drawn.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const load = createRequire(import.meta.url);
const { matchWords, parseWordQuery } = load(join(import.meta.dirname, '../../../libs/domain/dist/index.js'));

const HAN = /\p{Script=Han}+/gu;
const LATIN = /[A-Za-z]{3,}(?: [A-Za-z]{2,})?/g;
const DIGITS = /\d{4,}|\d+\.\d\d/g;

/** The pieces of a picture's lines that a pattern finds. */
const pieces = ({ lines }, pattern) => lines.flatMap((line) => line.match(pattern) ?? []);

/** A part of a run of Chinese characters: 2 to 6 of them. */
function partOf(picture, random) {
  const runs = pieces(picture, HAN).filter((run) => run.length >= 2);
  const run = runs[Math.floor(random() * runs.length)];
  if (run === undefined) return undefined;
  const length = Math.min(run.length, 2 + Math.floor(random() * 5));
  const from = Math.floor(random() * (run.length - length + 1));
  return run.slice(from, from + length);
}

const oneOf = (values, random) => values[Math.floor(random() * values.length)];

/** How a query is made of a picture. Undefined where the picture has nothing of the kind. */
const KINDS = {
  'a part of a line, 2 to 6 characters': partOf,
  'two parts': (picture, random) => {
    const parts = [partOf(picture, random), partOf(picture, random)];
    return parts[0] && parts[1] && parts[0] !== parts[1] ? parts.join(' ') : undefined;
  },
  'English words': (picture, random) => oneOf(pieces(picture, LATIN), random),
  digits: (picture, random) => oneOf(pieces(picture, DIGITS), random),
  'in quotation marks': (picture, random) => {
    const part = partOf(picture, random);
    return part && `"${part}"`;
  },
};

/** @returns `{ kind, text, of }`: `of` is the picture from which the text is taken */
export function wordQueries(pictures, random) {
  return Object.entries(KINDS).flatMap(([kind, make]) =>
    pictures.flatMap((picture) => {
      const text = make(picture, random);
      return text ? [{ kind, text, of: picture.name }] : [];
    }),
  );
}

/** Names of the pictures whose true lines have the words. */
export function picturesWith(text, pictures) {
  const query = parseWordQuery(text);
  return new Set(
    pictures
      .filter(({ lines }) =>
        matchWords(
          query,
          lines.map((line) => ({ text: line })),
        ),
      )
      .map(({ name }) => name),
  );
}

/** Where the first of the right names is in the list, from 1. Infinity when none is. */
export function rankOf(right, names) {
  const at = names.findIndex((name) => right.has(name));
  return at === -1 ? Infinity : at + 1;
}
