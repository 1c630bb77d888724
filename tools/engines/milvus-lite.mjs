// milvus-lite 3.2.2, a re-implementation in Python: node tools/engines/milvus-lite.mjs start
import { join } from 'node:path';
import { freePort, runEngine } from './python-engine.mjs';

await runEngine({
  name: 'milvus-lite',
  requirements: ['milvus-lite==3.2.2', 'pymilvus==3.0.2'],
  port: await freePort(),
  command: (bin, dataDir, port) => [
    join(bin, 'milvus-lite'),
    ...['server', '--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(port)],
  ],
});
