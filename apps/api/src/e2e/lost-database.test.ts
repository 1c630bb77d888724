import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import mysql2 from 'mysql2/promise';
import { STORES, TestServer } from './harness';

let server: TestServer;
afterEach(() => server.close());

test('a missing database is an error, not a first start, until the user confirms it', async () => {
  server = await TestServer.start();
  await server.data('mutation { createCollection(name: "mine") { name } }');
  await server.kill('SIGTERM');
  await (STORES.includes('mysql') ? emptyDatabase() : removeFile());
  server.launch();
  expect(await server.ended()).toBe(3);
  expect(server.log).toMatch(/this data folder has used the store [0-9a-f-]{36}/);
  expect(server.log).toContain('restore the backup');
  await rm(join(server.dataDir, 'store-id'));
  await server.restart();
  expect(await server.data('{ collections { name } }')).toEqual({ collections: [{ name: 'default' }] });
});

async function removeFile(): Promise<void> {
  for (const end of ['', '-wal', '-shm']) await rm(join(server.dataDir, `wentu.sqlite${end}`), { force: true });
}

async function emptyDatabase(): Promise<void> {
  const url = new URL(server.env['DATABASE_URL'] ?? '');
  const connection = await mysql2.createConnection(url.href);
  await connection.query(`DROP DATABASE ${url.pathname.slice(1)}`);
  await connection.query(`CREATE DATABASE ${url.pathname.slice(1)}`);
  await connection.end();
}
