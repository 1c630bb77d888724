import type { LoadOptions } from '@wentu/domain';
import type { ServerFacts } from '@wentu/session';
import { registerEnumType } from 'type-graphql';

/** An enum from a union of texts in the code; answers contain the same texts as before the enum existed. */
type EnumOf<Text extends string> = { readonly [Value in Text]: Value };

export const ExecutionProviderEnum: EnumOf<ServerFacts['executionProvider']> = { cpu: 'cpu', cuda: 'cuda' };
registerEnumType(ExecutionProviderEnum, {
  name: 'ExecutionProvider',
  description: 'The execution provider of ONNX Runtime that encodes texts and pictures.',
  valuesConfig: { cpu: { description: 'The processor.' }, cuda: { description: 'An NVIDIA GPU.' } },
});

export const VectorStoreEnum: EnumOf<ServerFacts['vectorStore']> = { embedded: 'embedded', milvus: 'milvus' };
registerEnumType(VectorStoreEnum, {
  name: 'VectorStore',
  description: 'Where the indexes of embeddings are (VECTOR_STORE).',
  valuesConfig: {
    embedded: { description: 'In the memory of this process.' },
    milvus: { description: 'On a Milvus server.' },
  },
});

export const IndexEngineEnum: EnumOf<ServerFacts['indexEngine']> = {
  milvus: 'milvus',
  usearch: 'usearch',
  scan: 'scan',
};
registerEnumType(IndexEngineEnum, {
  name: 'IndexEngine',
  description: 'What searches the indexes of embeddings.',
  valuesConfig: {
    milvus: { description: 'The Milvus server.' },
    usearch: { description: 'The library usearch, in this process.' },
    scan: { description: 'Plain scans in this process, slower: usearch has no binary for this platform.' },
  },
});

export const MetadataStoreEnum: EnumOf<ServerFacts['metadataStore']> = { sqlite: 'sqlite', mysql: 'mysql' };
registerEnumType(MetadataStoreEnum, {
  name: 'MetadataStore',
  description: 'The database of collections, images and loads (DATABASE_URL).',
  valuesConfig: {
    sqlite: { description: 'An SQLite file in the data folder.' },
    mysql: { description: 'A MySQL or MariaDB server.' },
  },
});

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
