import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atAngle } from '../contract/points';
import type { MilvusStoreOptions } from './milvus-options';
import { MilvusVectorStore } from './milvus-vector-store';
import { onEachServer, startServer, type OwnServer } from '../testing/test-servers';

// milvus-lite supports neither TLS nor users.
onEachServer(({ engine }) => {
  if (engine !== 'milvus') return;
  const folder = mkdtempSync(join(tmpdir(), 'wentu-access-'));
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  let server: OwnServer;
  let address: string;

  beforeAll(async () => {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...[
          '-subj',
          '/CN=localhost',
          '-addext',
          'subjectAltName=DNS:localhost,IP:127.0.0.1',
          '-keyout',
          key,
          '-out',
          cert,
        ],
      ],
      { stdio: 'ignore' },
    );
    server = await startServer(engine, ['--token', 'root:Milvus', '--tls-cert', cert, '--tls-key', key]);
    address = server.address.replace('127.0.0.1', 'localhost');
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const withStore = async <T>(
    options: Partial<MilvusStoreOptions>,
    use: (store: MilvusVectorStore) => Promise<T>,
  ): Promise<T> => {
    const store = await MilvusVectorStore.open({ address, ...options });
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  };

  test.each<[string, Partial<MilvusStoreOptions>]>([
    ['a token', { token: 'root:Milvus' }],
    ['a user and a password', { username: 'root', password: 'Milvus' }],
  ])('writes and searches over TLS with %s', async (_, user) => {
    await withStore({ ...user, tls: true, caFile: cert }, async (store) => {
      await store.ensure('access', 8);
      await store.upsert('access', [{ id: 1, vector: atAngle(0, 8), attributes: {} }]);
      expect((await store.search('access', { queries: [atAngle(0, 8)], limit: 1 }))[0]?.[0]?.id).toBe(1);
    });
  });

  test.each([[{ token: 'root:wrong' }], [{}]])('with the credentials %j the error names the setting', async (user) => {
    await withStore({ ...user, tls: true, caFile: cert }, async (store) => {
      const said = { code: 'UNAVAILABLE', message: expect.stringContaining('MILVUS_TOKEN') as string };
      await expect(store.ensure('access', 8)).rejects.toMatchObject(said);
    });
  });

  test.each<Partial<MilvusStoreOptions>>([{ tls: true }, {}])(
    'an untrusted certificate, or a connection without TLS, is UNAVAILABLE: %j',
    async (options) => {
      await withStore({ token: 'root:Milvus', ...options }, async (store) => {
        await expect(store.ensure('access', 8)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      });
    },
  );

  test('a database that does not exist is UNAVAILABLE', async () => {
    await withStore({ token: 'root:Milvus', tls: true, caFile: cert, database: 'nowhere' }, async (store) => {
      await expect(store.ensure('access', 8)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });
  });
});
