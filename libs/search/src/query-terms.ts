import { InvalidInputError, sentence, type EmbeddingSpace } from '@wentu/domain';
import { checkText, type TextLimits } from './rank-texts';
import { dot } from './vectors';

/** A text, an image of the collection, an image of any collection, or another picture. */
export type QueryPart =
  | { readonly text: string }
  | { readonly imageId: string }
  /** The id of its row. */
  | { readonly image: number }
  /** `key` identifies the picture. */
  | { readonly encode: EncodePicture; readonly key: string };

/** Encodes a picture in a space. The vector is L2-normalised. */
export type EncodePicture = (space: EmbeddingSpace, signal?: AbortSignal) => Promise<Float32Array>;

/** A part of a mixed query. The weight is from −1 to 1; below 0, images that are similar to the part move away. */
export type QueryTerm = QueryPart & { readonly weight: number };

/** What a search looks for: one part, or several with weights. */
export type SearchTarget = QueryPart | { readonly all: readonly QueryTerm[] };

/** Largest number of terms in a mixed query. */
export const MAX_QUERY_TERMS = 8;

/** Weight of the text to avoid, beside a query of weight 1. */
const AVOIDED = -0.5;
/** A sum that is shorter than this has no direction but that of rounding. */
const SHORTEST = 1e-4;

/** The terms of a query, at least one of them wanted. @throws InvalidInputError */
export function termsOf(target: SearchTarget, avoid: string | undefined, limits: TextLimits): readonly QueryTerm[] {
  const terms = 'all' in target ? target.all : [{ ...target, weight: 1 }];
  checkWeights(terms);
  const all = avoid === undefined ? terms : [...terms, { text: avoid, weight: AVOIDED }];
  for (const term of all) if ('text' in term) checkText(term.text, limits);
  return all;
}

function checkWeights(terms: readonly QueryTerm[]): void {
  if (terms.length < 1 || terms.length > MAX_QUERY_TERMS)
    throw new InvalidInputError(`all has ${terms.length} terms; give 1 to ${MAX_QUERY_TERMS}`);
  for (const { weight } of terms)
    if (!(weight >= -1 && weight <= 1 && weight !== 0))
      throw new InvalidInputError(
        `the weight of a term is ${weight}; give a number from -1 to 1 that is not 0, below 0 for what is not wanted`,
      );
  if (terms.every(({ weight }) => weight < 0)) throw new InvalidInputError(sentence('TERMS_UNWANTED'));
}

/** Identifies a query in the digest of a cursor. */
export function keyOf(target: SearchTarget): readonly unknown[] {
  if ('all' in target) return ['all', ...target.all.map((term) => [term.weight, ...keyOf(term)])];
  if ('text' in target) return ['text', target.text];
  if ('imageId' in target) return ['imageId', target.imageId];
  return 'image' in target ? ['image', target.image] : ['picture', target.key];
}

/** The unit vectors of a query. */
export interface CombinedTerms {
  /** Orders the hits: the weighted sum of all terms. */
  readonly ranking: Float32Array;
  /** The weighted sum of the wanted terms. The same object as `ranking` without unwanted terms. */
  readonly shown: Float32Array;
}

/**
 * Combines unit vectors. The cosine with a weighted sum orders images like the weighted sum of their cosines, so every
 * index answers a mixed query exactly, with one search.
 * @throws InvalidInputError when the terms cancel each other
 */
export function combine(weights: readonly number[], vectors: readonly Float32Array[]): CombinedTerms {
  const terms = vectors.map((vector, i) => ({ vector, weight: weights[i] as number }));
  const wantedTerms = terms.filter(({ weight }) => weight > 0);
  const [only] = wantedTerms;
  const shown = only && wantedTerms.length === 1 ? only.vector : unitSum(wantedTerms);
  return { shown, ranking: wantedTerms.length === terms.length ? shown : unitSum(terms) };
}

function unitSum(terms: readonly { readonly vector: Float32Array; readonly weight: number }[]): Float32Array {
  const sum = new Float32Array(terms[0]?.vector.length ?? 0).map((_, i) =>
    terms.reduce((total, { vector, weight }) => total + weight * (vector[i] as number), 0),
  );
  const norm = Math.sqrt(dot(sum, sum));
  if (norm < SHORTEST) throw new InvalidInputError(sentence('TERMS_CANCEL'));
  return sum.map((value) => value / norm);
}
