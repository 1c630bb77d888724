import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import mysql2 from 'mysql2/promise';
import { openMysqlStore } from './open-mysql-store';

const HAS_SERVER = Boolean(process.env['WENTU_TEST_MYSQL_URL']);
if (!HAS_SERVER)
  process.stderr.write('SKIPPED: MySQL over TLS; set WENTU_TEST_MYSQL_URL (node tools/engines/with.mjs mariadb)\n');

(HAS_SERVER ? describe : describe.skip)('a server that wants TLS', () => {
  const SCRIPT = resolve(__dirname, '../../../tools/engines/mariadb.mjs');
  let folder: string;
  let engine: ChildProcess;
  let url: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wentu-tls-'));
    for (const name of ['ca', 'stranger']) {
      const subject = ['-subj', `/CN=${name}`, '-days', '2', '-nodes', '-keyout', join(folder, `${name}.key`)];
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', ...subject, '-out', join(folder, `${name}.pem`)],
        { stdio: 'pipe' },
      );
    }
    const request = ['-subj', '/CN=127.0.0.1', '-nodes', '-keyout', join(folder, 'server.key')];
    execFileSync('openssl', ['req', '-newkey', 'rsa:2048', ...request, '-out', join(folder, 'server.csr')], {
      stdio: 'pipe',
    });
    writeFileSync(join(folder, 'san'), 'subjectAltName=IP:127.0.0.1');
    const signing = ['-CA', join(folder, 'ca.pem'), '-CAkey', join(folder, 'ca.key'), '-CAcreateserial', '-days', '2'];
    execFileSync(
      'openssl',
      [
        'x509',
        '-req',
        '-in',
        join(folder, 'server.csr'),
        ...signing,
        '-extfile',
        join(folder, 'san'),
        '-out',
        join(folder, 'server.pem'),
      ],
      { stdio: 'pipe' },
    );
    const options = [`--ssl-cert=${join(folder, 'server.pem')}`, `--ssl-key=${join(folder, 'server.key')}`];
    engine = spawn(process.execPath, [SCRIPT, 'start', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(engine.stdout!), 'line')) as [string];
    ({ url } = JSON.parse(line) as { url: string });
    const connection = await mysql2.createConnection(url);
    await connection.query("ALTER USER 'wentu'@'127.0.0.1' REQUIRE SSL");
    await connection.end();
  });
  afterAll(async () => {
    engine.kill('SIGTERM');
    await once(engine, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });

  const ping = async (query: string): Promise<string> => {
    const store = openMysqlStore({ url: `${url}${query}` });
    try {
      await store.ping();
      return 'ok';
    } catch (error) {
      return String(error);
    } finally {
      await store.close();
    }
  };

  test('connects to a server only if its certificate is trusted', async () => {
    expect(await ping(`?ssl-ca=${join(folder, 'ca.pem')}`)).toBe('ok');
    expect(await ping(`?ssl-ca=${join(folder, 'stranger.pem')}`)).toMatch(/UnavailableError: .*certificate/);
    expect(await ping('?ssl=true')).toMatch(/UnavailableError: .*certificate/);
    expect(await ping('')).toMatch(/UnavailableError: .*Access denied/);
    expect(await ping('?ssl-ca=/no/such/file')).toMatch(/\/no\/such\/file/);
  });
});
