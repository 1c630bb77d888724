// milvus 2.3.5, the real server with its own etcd: node tools/engines/milvus.mjs start
// Of its ports only the proxy's can be chosen, so one runs at a time.
import { join } from 'node:path';
import { freePort, runEngine } from './python-engine.mjs';

const port = await freePort();
await runEngine({
  name: 'milvus',
  requirements: ['milvus==2.3.5'],
  port,
  ports: [port, 2379, 2380, 9091, 13333, 19529],
  command: (bin, dataDir) => [join(bin, 'milvus-server'), '--data', dataDir, '--proxy-port', String(port)],
});
