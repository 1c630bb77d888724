export { EmbeddedVectorStore, type EmbeddedVectorStoreOptions } from './embedded/embedded-vector-store';
export { ExactNeighbours } from './exact/exact-neighbours';
export { INDEX_TYPES, type IndexParams, type IndexType } from './milvus/index-types';
export type { MilvusStoreOptions } from './milvus/milvus-options';
export { MilvusVectorStore } from './milvus/milvus-vector-store';
