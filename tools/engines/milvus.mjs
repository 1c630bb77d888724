// milvus 2.3.5, the real server with its own etcd: node tools/engines/milvus.mjs start [--port N] [--data-dir DIR]
// With --tls-cert FILE --tls-key FILE it speaks TLS; with --token root:Milvus (its first user) it lets in nobody without.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from './free-ports.mjs';
import { engineOptions, runEngine } from './python-engine.mjs';

const text = { type: 'string' };
const options = engineOptions({ token: text, 'tls-cert': text, 'tls-key': text });
const { 'tls-cert': cert, 'tls-key': key, token } = options;
// Each of its parts listens, even alone; left to themselves they all want the ports of the server that runs already.
const [free, etcd, peer, metrics, ...others] = await freePorts(12);
const port = Number(options.port) || free;
const parts = [
  'root-coord', 'proxy-internal', 'query-coord', 'query-node', 'index-coord', 'index-node', 'data-coord', 'data-node',
]; // prettier-ignore
await runEngine({
  name: 'milvus',
  requirements: ['milvus==2.3.5'],
  port,
  keep: options['data-dir'],
  // It does not come up within minutes on the data of one that was killed.
  forgets: true,
  env: (folder) => ({ METRICS_PORT: String(metrics), ETCD_CONFIG_PATH: join(folder, 'etcd.yaml') }),
  client: { ...(token && { token }), ...(cert && { tls: { rootCertPath: cert } }) },
  command: (bin, dataDir, folder) => {
    writeFileSync(join(folder, 'etcd.yaml'), etcdConfig());
    return [
      ...[join(bin, 'milvus-server'), '--data', dataDir, '--proxy-port', String(port), '--etcd-port', String(etcd)],
      ...parts.flatMap((part, i) => [`--${part}-port`, String(others[i])]),
      ...(token ? ['--authorization-enabled', 'true'] : []),
      ...(cert ? ['--tls-mode', '1', '--server-pem-path', cert, '--server-key-path', key] : []),
    ];
  },
});

function etcdConfig() {
  const [clients, peers] = [etcd, peer].map((one) => `http://127.0.0.1:${one}`);
  return [
    `listen-client-urls: ${clients}`,
    `advertise-client-urls: ${clients}`,
    `listen-peer-urls: ${peers}`,
    `initial-advertise-peer-urls: ${peers}`,
    `initial-cluster: default=${peers}`,
    '',
  ].join('\n');
}
