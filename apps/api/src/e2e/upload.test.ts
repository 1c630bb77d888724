import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestServer, type Job } from './harness';
import { picture, writeTree } from './pictures';

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
/** Waits until the uploaded files are removed, which happens shortly after the end of the job. */
async function uploadsLeft(): Promise<string[]> {
  const folder = join(server.dataDir, 'uploads');
  for (let i = 0; i < 100 && (await readdir(folder)).length > 0; i++) await sleep(50);
  return await readdir(folder);
}
const LOAD =
  'mutation ($id: ID!, $collection: String!) { loadUpload(id: $id, collection: $collection) { id isUpload } }';

test('uploaded files can be searched, are kept in the store, and are removed from the disk', async () => {
  const { id, url } = await createUpload();
  const red = await picture(1, 900);
  expect((await put(url, '相册/小狗 1.png', red)).status).toBe(204);
  expect((await put(url, 'b.png', await picture(2))).status).toBe(204);
  expect((await put(url, 'broken.jpg', 'no picture')).status).toBe(204);
  expect((await put(url, '../out.png', red)).status).not.toBe(204);
  const { loadUpload } = await server.data<{ loadUpload: { id: string } }>(LOAD, { id, collection: '手机' });
  const job = await untilEnded(loadUpload.id);
  expect(job).toMatchObject({ status: 'PARTIAL', loaded: 2, failed: 1, isUpload: true });
  expect(job.failures).toMatchObject([{ item: 'broken.jpg', code: 'UNSUPPORTED_FORMAT' }]);
  expect(await uploadsLeft()).toEqual([]);
  const hits = await server.search('圆', '手机');
  expect(hits.map(({ image }) => image.imageId).sort()).toEqual(['b.png', '相册/小狗 1.png']);
  const sent = hits.find(({ image }) => image.imageId.startsWith('相册'))!;
  expect(Buffer.from(await (await fetch(server.address + sent.image.url)).arrayBuffer()).equals(red)).toBe(true);
  expect((await fetch(`${server.address}${sent.image.url}?width=300`)).status).toBe(200);

  // A second upload encodes only new pictures; pictures that are not sent again stay.
  const second = await createUpload();
  await put(second.url, '相册/小狗 1.png', red);
  await put(second.url, 'c.png', await picture(3));
  const again = await server.data<{ loadUpload: { id: string } }>(LOAD, { id: second.id, collection: '手机' });
  expect(await untilEnded(again.loadUpload.id)).toMatchObject({ loaded: 1, skipped: 1, failed: 0 });
  expect(await server.search('圆', '手机')).toHaveLength(3);

  // Cameras restart the numbers of their files. A picture must not replace another one with the same name.
  for (let i = 0; i < 2; i++) {
    const third = await createUpload();
    await put(third.url, 'c.png', await picture(4));
    const last = await server.data<{ loadUpload: { id: string } }>(LOAD, { id: third.id, collection: '手机' });
    expect(await untilEnded(last.loadUpload.id)).toMatchObject({ loaded: i === 0 ? 1 : 0, skipped: i === 0 ? 0 : 1 });
  }
  const names = (await server.search('圆', '手机')).map(({ image }) => image.imageId);
  expect(names.sort()).toEqual(['b.png', expect.stringMatching(/^c-[0-9a-f]{8}\.png$/), 'c.png', '相册/小狗 1.png']);
});

test('a file that cannot be accepted is refused with its code, and the upload continues', async () => {
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

test('files are recognised by their bytes; a file that is not a picture has its line, whatever its name', async () => {
  const { id, url } = await createUpload();
  const long = `${'小'.repeat(90)}.jpg`;
  const taken = ['sku-002', long, '.x.png', '@eaDir/IMG_1.txt', `${'深/'.repeat(100)}a.png`];
  for (const [i, name] of taken.entries()) expect((await put(url, name, await picture(200 + i))).status).toBe(204);
  for (const name of ['notes', 'Thumbs.db', 'film.mp4']) expect((await put(url, name, 'no picture')).status).toBe(204);
  const { loadUpload } = await server.data<{ loadUpload: { id: string } }>(LOAD, { id, collection: '没有扩展名' });
  const job = await untilEnded(loadUpload.id);
  expect(job).toMatchObject({ loaded: taken.length, failed: 3 });
  expect(job.failures.map(({ item, code }) => `${item} ${code}`)).toEqual([
    'Thumbs.db UNSUPPORTED_FORMAT',
    'film.mp4 UNSUPPORTED_FORMAT',
    'notes UNSUPPORTED_FORMAT',
  ]);
  const hits = await server.search('圆', '没有扩展名');
  expect(hits.map(({ image }) => image.imageId).sort()).toEqual([...taken].sort());
  expect(await uploadsLeft()).toEqual([]);
});

test('a camera photo is accepted and stored by default', async () => {
  const { serverInfo } = await server.data<{ serverInfo: Record<string, unknown> }>(
    '{ serverInfo { maxUploadFileBytes maxUploadFileSetting maxUploadBytes } }',
  );
  const photo = Buffer.concat([await picture(300, 900, 'jpeg'), Buffer.alloc(26_000_000, 7)]);
  expect(serverInfo['maxUploadFileBytes']).toBeGreaterThan(photo.length);
  const { id, url } = await createUpload();
  expect((await put(url, 'DSC_0001.JPG', photo)).status).toBe(204);
  const { loadUpload } = await server.data<{ loadUpload: { id: string } }>(LOAD, { id, collection: '相机' });
  expect(await untilEnded(loadUpload.id)).toMatchObject({ status: 'SUCCEEDED', loaded: 1, failed: 0 });
  const [hit] = await server.search('圆', '相机');
  expect(Buffer.from(await (await fetch(server.address + hit!.image.url)).arrayBuffer()).equals(photo)).toBe(true);
});

test('a file that is too large for the store is refused by its Content-Length, with the setting', async () => {
  const small = await TestServer.start({ WENTU_MAX_COPIED_BYTES: '100000' });
  const { createUpload: upload, serverInfo } = await small
    .data<{
      createUpload: { url: string };
      serverInfo: object;
    }>('mutation { createUpload { url } }')
    .then(async (made) => ({
      ...made,
      ...(await small.data<{ serverInfo: object }>('{ serverInfo { maxUploadFileBytes maxUploadFileSetting } }')),
    }));
  expect(serverInfo).toEqual({ maxUploadFileBytes: 100_000, maxUploadFileSetting: 'WENTU_MAX_COPIED_BYTES' });
  // Only the headers are sent; the answer comes before the file.
  const status = await new Promise<string>((done, fail) => {
    const socket = connect(small.port, '127.0.0.1', () =>
      socket.write(
        `PUT ${upload.url}/a.jpg HTTP/1.1\r\nHost: 127.0.0.1:${small.port}\r\nContent-Length: 100001\r\n\r\n`,
      ),
    );
    let answer = '';
    socket.on('error', fail).on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => done(answer));
  });
  expect(status).toMatch(/^HTTP\/1.1 413 /);
  expect(status).toContain('WENTU_MAX_COPIED_BYTES');
  await small.close();
});

test('other files in the folder of WENTU_UPLOADS_DIR are kept', async () => {
  const shared = await mkdtemp(join(tmpdir(), 'wentu-shared-'));
  const files = ['.git/HEAD', 'photos/a.jpg', `${'0a'.repeat(16)}/a.jpg`, `wentu-upload-${'0a'.repeat(16)}/thesis.doc`];
  await writeTree(shared, Object.fromEntries(files.map((path) => [path, 'x'])));
  const old = new Date(Date.now() - 30 * 24 * 3_600_000);
  for (const name of await readdir(shared)) await utimes(join(shared, name), old, old);
  const own = await TestServer.start({ WENTU_UPLOADS_DIR: shared });
  const { createUpload: upload } = await own.data<{ createUpload: { id: string; url: string } }>(
    'mutation { createUpload { id url } }',
  );
  const sent = await fetch(`${own.address}${upload.url}/a.png`, {
    method: 'PUT',
    body: new Uint8Array(await picture(1)),
  });
  expect(sent.status).toBe(204);
  await own.data(LOAD, { id: upload.id, collection: 'c' });
  const left = async (): Promise<string[]> =>
    (await readdir(shared, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => relative(shared, join(entry.parentPath, entry.name)))
      .sort();
  // The server removes the upload after its load. A list of all files while it does so would fail.
  const isLeft = async (): Promise<boolean> => (await readdir(shared)).includes(`wentu-upload-${upload.id}`);
  for (let i = 0; i < 200 && (await isLeft()); i++) await sleep(50);
  expect(await left()).toEqual([...files].sort());
  await own.close();
  await rm(shared, { recursive: true, force: true });
});

test('the next start continues the load of an upload after a kill', async () => {
  const { id, url } = await createUpload();
  for (let i = 0; i < 60; i++) await put(url, `k${i}.png`, await picture(100 + i));
  const { loadUpload } = await server.data<{ loadUpload: { id: string } }>(LOAD, { id, collection: 'killed' });
  await server.kill('SIGKILL');
  await server.restart();
  expect(await untilEnded(loadUpload.id)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await server.search('圆', 'killed')).toHaveLength(10);
  expect(await uploadsLeft()).toEqual([]);
});

test('folders are listed only under the roots, and the similarity floor is known', async () => {
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
  await own.untilMeasured();
  const { serverInfo } = await own.data<{ serverInfo: { similarityFloor: number } }>(
    '{ serverInfo { similarityFloor } }',
  );
  expect(serverInfo.similarityFloor).toBeGreaterThan(0.1);
  expect(serverInfo.similarityFloor).toBeLessThan(0.5);
  await own.close();
  await rm(root, { recursive: true, force: true });
});
