import { vectorStoreContract } from '../contract/vector-store-contract';
import { MilvusVectorStore } from './milvus-vector-store';
import { onEachServer } from '../testing/test-servers';

onEachServer(({ name, address }) => {
  // So few rows are not indexed: they are searched exactly.
  vectorStoreContract(name, () => MilvusVectorStore.open({ address }), { timeoutMs: 120_000 });
});
