import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TestServer } from './harness';

const MINI = resolve(__dirname, '../../../../models/wentu-mini');

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.close());

const serverInfo = async (): Promise<unknown> =>
  (await server.data<{ serverInfo: unknown }>('{ serverInfo { model modelSource } }')).serverInfo;

test('a choice takes effect at the next start, and serverInfo gives its source', async () => {
  expect(await serverInfo()).toEqual({ model: 'wentu-mini', modelSource: 'default' });
  const folder = join(server.dataDir, 'models/two');
  await mkdir(folder, { recursive: true });
  await cp(MINI, folder, { recursive: true });
  const description = join(folder, 'wentu-model.json');
  const manifest = JSON.parse(await readFile(description, 'utf8')) as object;
  await writeFile(description, JSON.stringify({ ...manifest, name: 'two' }));
  await writeFile(join(server.dataDir, 'model'), 'two\n');
  expect(await serverInfo()).toEqual({ model: 'wentu-mini', modelSource: 'default' });

  await server.kill('SIGTERM');
  await server.restart();
  expect(await serverInfo()).toEqual({ model: 'two', modelSource: 'wentu model use' });

  await server.kill('SIGTERM');
  await rm(folder, { recursive: true });
  await expect(server.restart()).rejects.toThrow(/chooses the model "two", which is not installed[^]*wentu model use/);
});
