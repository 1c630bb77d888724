import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestServer, type Job } from './harness';
import { picture, writeTree } from './pictures';

jest.setTimeout(120_000);

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.close());

const createUpload = async (): Promise<{ id: string; url: string }> =>
  (await server.data<{ createUpload: { id: string; url: string } }>('mutation { createUpload { id url } }'))
    .createUpload;
const put = async (url: string, path: string, body: Uint8Array | string, headers = {}): Promise<Response> =>
  await fetch(`${server.address}${url}/${path.split('/').map(encodeURIComponent).join('/')}`, {
    method: 'PUT',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers,
  });
async function untilEnded(id: string): Promise<Job> {
  for (;;) {
    const { loadJob } = await server.data<{ loadJob: Job }>(
      'query ($id: ID!) { loadJob(id: $id) { id status loaded skipped failed isUpload failures { item code message } } }',
      { id },
    );
    if (!['QUEUED', 'RUNNING'].includes(loadJob.status)) return loadJob;
    await sleep(50);
  }
}
/** A job is said to have ended a moment before what was sent for it goes. */
async function uploadsLeft(): Promise<string[]> {
  const folder = join(server.dataDir, 'uploads');
  for (let i = 0; i < 100 && (await readdir(folder)).length > 0; i++) await sleep(50);
  return await readdir(folder);
}
const LOAD =
  'mutation ($id: ID!, $collection: String!) { loadUpload(id: $id, collection: $collection) { id isUpload } }';

test('files that are sent are searched, kept in the store, and gone from the disk', async () => {
  const { id, url } = await createUpload();
  const red = await picture(1, 900);
  expect((await put(url, '相册/小狗 1.png', red)).status).toBe(204);
  expect((await put(url, 'b.png', await picture(2))).status).toBe(204);
  expect((await put(url, 'broken.jpg', 'no picture')).status).toBe(204);
  expect((await put(url, '../out.png', red)).status).not.toBe(204);
  const { loadUpload } = await server.data<{ loadUpload: { id: string } }>(LOAD, { id, collection: '手机' });
  const job = await untilEnded(loadUpload.id);
  expect(job).toMatchObject({ status: 'SUCCEEDED', loaded: 2, failed: 1, isUpload: true });
  expect(job.failures).toMatchObject([{ item: 'broken.jpg', code: 'UNSUPPORTED_FORMAT' }]);
  expect(await uploadsLeft()).toEqual([]);
  const hits = await server.search('圆', '手机');
  expect(hits.map(({ image }) => image.imageId).sort()).toEqual(['b.png', '相册/小狗 1.png']);
  const sent = hits.find(({ image }) => image.imageId.startsWith('相册'))!;
  expect(Buffer.from(await (await fetch(server.address + sent.image.url)).arrayBuffer()).equals(red)).toBe(true);
  expect((await fetch(`${server.address}${sent.image.url}?width=300`)).status).toBe(200);

  // Sent again, only what is new is encoded; what is not sent again stays.
  const second = await createUpload();
  await put(second.url, '相册/小狗 1.png', red);
  await put(second.url, 'c.png', await picture(3));
  const again = await server.data<{ loadUpload: { id: string } }>(LOAD, { id: second.id, collection: '手机' });
  expect(await untilEnded(again.loadUpload.id)).toMatchObject({ loaded: 1, skipped: 1, failed: 0 });
  expect(await server.search('圆', '手机')).toHaveLength(3);

  // Cameras begin anew with their names: nobody's picture takes another's place.
  for (let i = 0; i < 2; i++) {
    const third = await createUpload();
    await put(third.url, 'c.png', await picture(4));
    const last = await server.data<{ loadUpload: { id: string } }>(LOAD, { id: third.id, collection: '手机' });
    expect(await untilEnded(last.loadUpload.id)).toMatchObject({ loaded: i === 0 ? 1 : 0, skipped: i === 0 ? 0 : 1 });
  }
  const names = (await server.search('圆', '手机')).map(({ image }) => image.imageId);
  expect(names.sort()).toEqual(['b.png', expect.stringMatching(/^c-[0-9a-f]{8}\.png$/), 'c.png', '相册/小狗 1.png']);
});

test('what cannot be taken is refused with its code; the upload goes on', async () => {
  const small = await TestServer.start({ WENTU_MAX_IMAGE_BYTES: '2000', WENTU_MAX_UPLOAD_BYTES: '3000' });
  const { createUpload: upload } = await small.data<{ createUpload: { id: string; url: string } }>(
    'mutation { createUpload { id url } }',
  );
  const send = async (path: string, body: Buffer, headers = {}): Promise<[number, string?]> => {
    const response = await fetch(`${small.address}${upload.url}/${path}`, {
      method: 'PUT',
      body: new Uint8Array(body),
      headers,
    });
    const text = await response.text();
    if (text === '') return [response.status];
    const answer = JSON.parse(text) as { errors: { extensions: { code: string } }[] };
    return [response.status, answer.errors[0]!.extensions.code];
  };
  expect(await send('large.png', Buffer.alloc(500_000))).toEqual([413, 'LIMIT_EXCEEDED']);
  expect(await send('%2e%2e%2fx.png', Buffer.alloc(10))).toEqual([400, 'INVALID_INPUT']);
  expect(await send('a.png', Buffer.alloc(10), { origin: 'http://evil.example' })).toEqual([403, 'FORBIDDEN']);
  expect((await fetch(`${small.address}/uploads/0/a.png`, { method: 'PUT', body: 'x' })).status).toBe(404);
  expect(await readdir(join(small.dataDir, 'uploads', `wentu-upload-${upload.id}`))).toEqual(['wentu-upload.json']);
  const { errors } = await small.graphql(LOAD, { id: upload.id, collection: 'c' });
  expect(errors![0]).toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
  expect(await small.data('mutation ($id: ID!) { discardUpload(id: $id) }', { id: upload.id })).toEqual({
    discardUpload: true,
  });
  expect(await readdir(join(small.dataDir, 'uploads'))).toEqual([]);
  await small.close();
});

test('an upload whose load a kill interrupted is loaded by the next start', async () => {
  const { id, url } = await createUpload();
  for (let i = 0; i < 60; i++) await put(url, `k${i}.png`, await picture(100 + i));
  const { loadUpload } = await server.data<{ loadUpload: { id: string } }>(LOAD, { id, collection: 'killed' });
  await server.kill('SIGKILL');
  await server.restart();
  expect(await untilEnded(loadUpload.id)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await server.search('圆', 'killed')).toHaveLength(10);
  expect(await uploadsLeft()).toEqual([]);
});

test('folders are looked through under the roots only, and what a text means is measured', async () => {
  const root = await mkdtemp(join(tmpdir(), 'wentu-roots-'));
  await writeTree(root, { 'photos/2024/a.png': await picture(1), 'photos/b.png': await picture(2) });
  const own = await TestServer.start({ WENTU_LOAD_ROOTS: join(root, 'photos') });
  const FOLDERS = 'query ($path: String) { folders(path: $path) { path parent pictureCount folders { name path } } }';
  const { folders } = await own.data<{ folders: { path: string; folders: { path: string }[] } }>(FOLDERS);
  expect(folders).toMatchObject({ parent: null, pictureCount: 1, folders: [{ name: '2024' }] });
  expect(await own.data(FOLDERS, { path: folders.folders[0]!.path })).toMatchObject({
    folders: { parent: folders.path, pictureCount: 1, folders: [] },
  });
  const { errors } = await own.graphql(FOLDERS, { path: root });
  expect(errors![0]!.extensions.code).toBe('FORBIDDEN');
  let floor: number | null = null;
  for (let i = 0; i < 200 && floor === null; i++, await sleep(100))
    floor = (await own.data<{ serverInfo: { similarityFloor: number | null } }>('{ serverInfo { similarityFloor } }'))
      .serverInfo.similarityFloor;
  expect(floor).toBeGreaterThan(0.1);
  expect(floor).toBeLessThan(0.5);
  expect(await readFile(join(own.dataDir, 'similarity-floors.json'), 'utf8')).toContain(String(floor));
  await own.close();
  await rm(root, { recursive: true, force: true });
});
