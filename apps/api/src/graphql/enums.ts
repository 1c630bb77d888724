import type { LoadOptions, TowerState, WentuErrorCode } from '@wentu/domain';
import type { SearchMatch, SearchPage, ServerFacts } from '@wentu/session';
import { registerEnumType } from 'type-graphql';

/**
 * Registers an enum whose values are texts of the code; answers contain the same texts as before the enum existed.
 * @param values the description of each value
 */
export function registerTexts<Text extends string>(
  name: string,
  description: string,
  values: Readonly<Record<Text, string>>,
): { readonly [Value in Text]: Value } {
  const texts = Object.keys(values) as Text[];
  const registered = Object.fromEntries(texts.map((text) => [text, text])) as { [Value in Text]: Value };
  const valuesConfig = Object.fromEntries(texts.map((text) => [text, { description: values[text] }]));
  registerEnumType(registered, {
    name,
    description,
    valuesConfig: valuesConfig as Record<Text, { description: string }>,
  });
  return registered;
}

export const ExecutionProviderEnum = registerTexts<ServerFacts['executionProvider']>(
  'ExecutionProvider',
  'The execution provider of ONNX Runtime that encodes texts and pictures.',
  { cpu: 'The processor.', cuda: 'An NVIDIA GPU.' },
);

export const VectorStoreEnum = registerTexts<ServerFacts['vectorStore']>(
  'VectorStore',
  'Where the indexes of embeddings are (VECTOR_STORE).',
  { embedded: 'In the memory of this process.', milvus: 'On a Milvus server.' },
);

export const IndexEngineEnum = registerTexts<ServerFacts['indexEngine']>(
  'IndexEngine',
  'What searches the indexes of embeddings.',
  {
    milvus: 'The Milvus server.',
    usearch: 'The library usearch, in this process.',
    scan: 'Plain scans in this process, slower: usearch has no binary for this platform.',
  },
);

export const MetadataStoreEnum = registerTexts<ServerFacts['metadataStore']>(
  'MetadataStore',
  'The database of collections, images and loads (DATABASE_URL).',
  { sqlite: 'An SQLite file in the data folder.', mysql: 'A MySQL or MariaDB server.' },
);

export const ModelStateEnum = registerTexts<TowerState>(
  'ModelState',
  'Whether the text tower of a model is in memory. A search opens it, and waits.',
  {
    OPEN: 'It is in memory.',
    OPENING: 'It is being read from the disk.',
    CLOSED: 'It is on the disk.',
    NOT_INSTALLED: 'No installed model makes the embeddings of the collection: searches are INDEX_MISMATCH.',
  },
);

type IdFrom = NonNullable<LoadOptions['idFrom']>;
export const ImageIdSourceEnum: Readonly<Record<'PATH' | 'STEM', IdFrom>> = { PATH: 'path', STEM: 'stem' };
registerEnumType(ImageIdSourceEnum, {
  name: 'ImageIdSource',
  description: 'What becomes the imageId of a picture in a folder.',
  valuesConfig: {
    PATH: { description: 'The path relative to the folder, such as 2024/cat.jpg.' },
    STEM: { description: 'The file name without extension, such as cat.' },
  },
});

export const SearchRankingEnum = registerTexts<SearchPage['ranking']>('SearchRanking', 'How the hits are ordered.', {
  SIMILARITY: 'One list by score. All collections that answered have embeddings of one space.',
  RANKS:
    'Reciprocal rank fusion: the hits of each embedding space make a list by similarity, and the score of a hit is 1 / (60 + its place in its list).',
  NEWEST: 'The images with the words of the query, the last loaded first. The score of a hit is 1 / (60 + its place).',
  FUSED:
    'The nearest images, and among them the images with the words of the query, the most similar first: they have every fourth place when an image probably shows the text, and come before all others when none does or a word is in quotation marks. The score of a hit is 1 / (60 + its place).',
});

export const SearchMatchEnum = registerTexts<SearchMatch>('SearchMatch', 'What a text is compared with.', {
  MEANING: 'What the pictures show: the hits are the images nearest to the text.',
  WORDS:
    'The words that were read in the pictures: the hits are the images that have all words of the text, the last loaded first. ' +
    'A word is a piece between spaces; it is found as any part of the text in a picture, also over the end of a line, and a single character only where it stands alone. ' +
    'Case, width, and simplified or traditional characters do not matter, except for words in quotation marks.',
  AUTO: 'Both: the nearest images, and the images with the words, in one list with the ranking FUSED. If no image has the words, it is MEANING; so are queries without a text, and those with avoid or minSimilarity.',
});

export const ErrorCodeEnum = registerTexts<WentuErrorCode>('ErrorCode', 'The code of an error.', {
  INVALID_INPUT: 'An argument is wrong.',
  NOT_FOUND: 'There is no such object.',
  CONFLICT: 'The state of an object does not allow the call.',
  UNAVAILABLE: 'A server, a store or a model does not answer; the same call may succeed later.',
  INDEX_MISMATCH: 'The embeddings are those of another model.',
  UNAUTHENTICATED: 'The client has to authenticate.',
  FORBIDDEN: 'The client lacks a right.',
  LIMIT_EXCEEDED: 'A limit was exceeded.',
  RATE_LIMITED: 'The client has sent too many requests in a minute; the same call may succeed later.',
});
