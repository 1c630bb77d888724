import { vectorStoreContract } from '../contract/vector-store-contract';
import { MilvusVectorStore } from './milvus-vector-store';
import { onEachServer } from '../testing/test-servers';

onEachServer(({ name, address }) => {
  // Milvus does not index so few rows: it searches them exactly.
  vectorStoreContract(name, () => MilvusVectorStore.open({ address }), { timeoutMs: 120_000 });
});
