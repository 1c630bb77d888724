export { EmbeddedVectorStore, type EmbeddedVectorStoreOptions } from './embedded/embedded-vector-store';
export { ExactNeighbours } from './exact/exact-neighbours';
export type { MilvusStoreOptions } from './milvus/milvus-options';
