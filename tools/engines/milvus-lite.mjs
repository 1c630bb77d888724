// milvus-lite 3.2.2, a re-implementation in Python: node tools/engines/milvus-lite.mjs start [--port N] [--data-dir DIR]
import { join } from 'node:path';
import { freePorts } from './free-ports.mjs';
import { engineOptions, runEngine } from './python-engine.mjs';

const options = engineOptions();
const port = Number(options.port) || (await freePorts(1))[0];
await runEngine({
  name: 'milvus-lite',
  requirements: ['milvus-lite==3.2.2', 'pymilvus==3.0.2'],
  port,
  keep: options['data-dir'],
  command: (bin, dataDir) => [
    join(bin, 'milvus-lite'),
    ...['server', '--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(port)],
  ],
});
