import type { LoadOptions } from '@wentu/domain';
import type { ServerFacts } from '@wentu/session';
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
