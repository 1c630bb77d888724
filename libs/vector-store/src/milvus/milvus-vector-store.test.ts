import { vectorStoreContract } from '../contract/vector-store-contract';
import { MilvusVectorStore } from './milvus-vector-store';
import { onEachServer } from './test-servers';

onEachServer((name, address) => {
  // Few rows: they have not been indexed, and are searched exactly.
  vectorStoreContract(name, () => MilvusVectorStore.open({ address }), { timeoutMs: 120_000 });
});
