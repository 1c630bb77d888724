import { createHash } from 'node:crypto';
import { normalName, type CollectionReader, type TextExplainer, type TextUnderstanding } from '@wentu/domain';
import {
  checkText,
  MAX_RESULTS,
  type PageOptions,
  type Searcher,
  type SearchHit,
  type SearchPage,
  type SearchTarget,
  type TextProbability,
} from '@wentu/search';
import { checkCount, nameOrDefault } from './checks';

export interface SearchPorts {
  readonly collections: Pick<CollectionReader, 'find' | 'list'>;
  readonly searcher: Pick<Searcher, 'search' | 'page' | 'rankTexts'>;
  readonly explainer: TextExplainer;
  /** L2-normalised. @throws InvalidInputError for bytes that are no picture */
  readonly encodePicture: (bytes: Uint8Array, signal?: AbortSignal) => Promise<Float32Array>;
  readonly limits: { readonly maxTopK: number; readonly maxTextLength: number };
}

/** What is looked for: a text, an image of the collection by its own id, or a picture file. */
export type Query = { readonly text: string } | { readonly imageId: string } | { readonly picture: () => Uint8Array };

export interface FoundHits {
  /** That was searched. */
  readonly collection: string;
  readonly hits: readonly SearchHit[];
}

/** Searching. Where `collection` is null, the one that is searched when none is named. */
export class SearchCases {
  constructor(private readonly ports: SearchPorts) {}

  /** Nearest first. @param topK 1 to WENTU_MAX_TOP_K */
  async nearest(text: string, collection: string | null, topK: number, signal?: AbortSignal): Promise<FoundHits> {
    const { searcher, limits } = this.ports;
    const name = await nameOrDefault(this.ports.collections, collection);
    checkCount('topK', topK, 1, limits.maxTopK);
    return { collection: name, hits: await searcher.search(text, name, topK, signal) };
  }

  /**
   * One page of a search. @param collection null: that of the cursor, else the one that is searched when none is named
   * @param options `first` is 1 to 1,000 @throws InvalidInputError when the cursor in `after` is that of another search
   */
  async page(query: Query, collection: string | null, options: PageOptions, signal?: AbortSignal): Promise<SearchPage> {
    checkCount('first', options.first, 1, MAX_RESULTS);
    const name = collection === null ? null : normalName(collection);
    return await this.ports.searcher.page(await this.targetOf(query, signal), name, options, signal);
  }

  /** What the model reads in a text. @throws InvalidInputError for a text that cannot be searched with either */
  async explainText(text: string): Promise<TextUnderstanding> {
    const { explainer, limits } = this.ports;
    checkText(text, limits);
    const [understanding] = await explainer.explainTexts([text]);
    return understanding as TextUnderstanding;
  }

  /** Zero-shot: how probable each text is for one image, against the others given. */
  async rankTexts(
    texts: readonly string[],
    collection: string | null,
    imageId: string,
    signal?: AbortSignal,
  ): Promise<TextProbability[]> {
    const name = await nameOrDefault(this.ports.collections, collection);
    return await this.ports.searcher.rankTexts(texts, name, normalName(imageId), signal);
  }

  private async targetOf(query: Query, signal: AbortSignal | undefined): Promise<SearchTarget> {
    if ('text' in query) return query;
    if ('imageId' in query) return { imageId: normalName(query.imageId) };
    const bytes = query.picture();
    const key = createHash('sha256').update(bytes).digest('hex');
    return { vector: await this.ports.encodePicture(bytes, signal), key };
  }
}
