// Queries for what pictures show, with the pictures that show it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const EVERYDAY = join(import.meta.dirname, '../../train-mini-model/data/everyday-queries.json');

/** The everyday queries of the shipped model: the judged drawings of each, and the samples. */
export function everydayQueries(pictures) {
  return Object.entries(JSON.parse(readFileSync(EVERYDAY, 'utf8'))).map(([text, { hex, samples }]) => {
    const isRight = ({ name, hex: own }) =>
      hex.includes(own) || samples.includes(name.replace(/^.*\//, '').replace(/\.\w+$/, ''));
    return { text, right: namesOf(pictures.filter(isRight)) };
  });
}

/** The names of all drawings; the drawings of that name are right. */
export function nameQueries(pictures) {
  const byName = new Map();
  for (const picture of pictures)
    if (picture.concept) byName.set(picture.concept, [...(byName.get(picture.concept) ?? []), picture]);
  return [...byName].map(([text, drawings]) => ({ text, right: namesOf(drawings) }));
}

const namesOf = (pictures) => new Set(pictures.map(({ name }) => name));
