import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestServer } from './harness';
import { picture, seeded, writeTree } from './pictures';
import { ReadGate } from './read-gate';
import { installTiny, reencode } from './reencode-harness';

const ROUNDS = Number(process.env['WENTU_PUT_KILL_ROUNDS'] ?? 4);

interface Put {
  readonly imageId: string;
  readonly status: string;
  readonly image: { readonly id: string; readonly url: string } | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

let gate: ReadGate;
let server: TestServer;
let folder: string;
beforeAll(async () => {
  gate = await ReadGate.make();
  await gate.open();
  server = await TestServer.start(gate.env);
  folder = await mkdtemp(join(tmpdir(), 'wentu-put-'));
});
afterAll(async () => {
  await server.close();
  await gate.remove();
  await rm(folder, { recursive: true, force: true });
});

const MUTATION = `mutation ($c: String!, $images: [PutImageInput!]!) {
  putImages(collection: $c, images: $images) { imageId status image { id url } failure { code message } }
}`;
const put = async (collection: string, images: Readonly<Record<string, number | string>>): Promise<Put[]> => {
  const list = Object.entries(images).map(async ([imageId, seed]) => {
    return { imageId, data: typeof seed === 'string' ? seed : (await picture(seed)).toString('base64') };
  });
  return (await server.data<{ putImages: Put[] }>(MUTATION, { c: collection, images: await Promise.all(list) }))
    .putImages;
};
const statuses = async (...args: Parameters<typeof put>): Promise<string[]> =>
  (await put(...args)).map(({ status }) => status);
const found = async (collection: string): Promise<string[]> =>
  (await server.search('圆', collection, 1_000)).map(({ image }) => image.imageId).sort();

test('pictures are put under any ids, found when the call returns, replaced when they change, and copied', async () => {
  const ids = ['7000000000123456789', '../商品/№ 1', ' sku ', '/a//b', 'caf\u00e9'] as const;
  const first = Object.fromEntries(ids.map((id, i) => [id, i]));
  expect(await statuses('shop', first)).toEqual(ids.map(() => 'ADDED'));
  expect(await found('shop')).toEqual([...ids].sort());
  // The call may be repeated.
  const again = await put('shop', { ...first, 'cafe\u0301': 4 }).catch((error: Error) => error.message);
  expect(again).toContain('INVALID_INPUT');
  expect(await statuses('shop', first)).toEqual(ids.map(() => 'UNCHANGED'));
  const results = await put('shop', { [ids[0]]: 0, [ids[1]]: 100, new: 6, bad: 'no base64!', broken: 'aGVsbG8=' });
  expect(results.map(({ status, failure }) => [status, failure?.code])).toEqual([
    ...[['UNCHANGED', undefined] as const, ['REPLACED', undefined] as const, ['ADDED', undefined] as const],
    ...[['FAILED', 'BAD_BASE64'] as const, ['FAILED', 'UNSUPPORTED_FORMAT'] as const],
  ]);
  expect(await found('shop')).toEqual([...ids, 'new'].sort());
  const bytes = await (await fetch(server.address + results[1]!.image!.url)).arrayBuffer();
  expect(Buffer.from(bytes).equals(await picture(100))).toBe(true);
  // A broken picture leaves the image of its id as it was.
  const [kept] = await put('shop', { new: 'aGVsbG8=' });
  expect(kept).toMatchObject({ status: 'FAILED', image: { id: results[2]!.image!.id } });
  expect(await statuses('shop', { new: 6 })).toEqual(['UNCHANGED']);
});

test('pictures are fetched from allowed hosts only', async () => {
  const shop = createServer((request, response) => {
    const number = /^\/(\d+)\.png$/.exec(request.url ?? '')?.[1];
    if (request.url === '/away') response.writeHead(302, { location: 'http://[' }).end();
    else if (number === undefined) response.writeHead(404).end();
    else void picture(Number(number)).then((bytes) => response.end(bytes));
  }).listen(0, '127.0.0.1');
  await once(shop, 'listening');
  const host = `127.0.0.1:${(shop.address() as AddressInfo).port}`;
  const fetching = await TestServer.start({ WENTU_FETCH_HOSTS: host });
  try {
    const images = [
      ...Array.from({ length: 20 }, (_, i) => ({ imageId: `sku-${i}`, url: `http://${host}/${i}.png` })),
      { imageId: 'none', url: `http://${host}/none` },
      { imageId: 'away', url: `http://${host}/away` },
      { imageId: 'elsewhere', url: 'http://127.0.0.1:1/1.png' },
      { imageId: 'both', url: `http://${host}/1.png`, data: 'aGVsbG8=' },
      { imageId: 'neither' },
    ];
    const putAll = async (): Promise<Put[]> =>
      (await fetching.data<{ putImages: Put[] }>(MUTATION, { c: 'fetched', images })).putImages;
    const failures = ['FETCH_FAILED', 'FETCH_FAILED', 'FORBIDDEN', 'INVALID_INPUT', 'INVALID_INPUT'];
    const results = await putAll();
    expect(results.map(({ imageId }) => imageId)).toEqual(images.map(({ imageId }) => imageId));
    expect(results.map(({ status, failure }) => failure?.code ?? status)).toEqual([
      ...Array<string>(20).fill('ADDED'),
      ...failures,
    ]);
    const bytes = await (await fetch(fetching.address + results[7]!.image!.url)).arrayBuffer();
    expect(Buffer.from(bytes).equals(await picture(7))).toBe(true);
    expect((await putAll()).slice(0, 20).map(({ status }) => status)).toEqual(Array(20).fill('UNCHANGED'));
    // A search may take a picture from there too.
    const remote = async (one: TestServer, url: unknown): Promise<Response> =>
      await fetch(`${one.address}/remote-picture`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ url }),
      });
    const found = await remote(fetching, `http://${host}/7.png`);
    expect(found.headers.get('content-type')).toBe('application/octet-stream');
    expect(found.headers.get('content-security-policy')).toContain('sandbox');
    expect(Buffer.from(await found.arrayBuffer()).equals(await picture(7))).toBe(true);
    const refusals = [`http://${host}/none`, 'http://127.0.0.1:1/1.png', 'ftp://a/b', 7];
    const answers = await Promise.all(refusals.map(async (url) => await remote(fetching, url)));
    expect(answers.map(({ status }) => status)).toEqual([422, 403, 400, 400]);
    expect(await answers[0]!.json()).toMatchObject({
      errors: [{ extensions: { code: 'FETCH_FAILED', detail: { key: 'URL_REFUSED', params: { status: 404 } } } }],
    });
    const long = await remote(fetching, `http://${host}/${'x'.repeat(5_000)}`);
    expect([long.status, await long.text()]).toEqual([413, expect.not.stringContaining('WENTU_MAX_BODY_BYTES')]);
    expect((await remote(server, `http://${host}/7.png`)).status).toBe(403);
    // By default nothing is fetched.
    const [refused] = (await server.data<{ putImages: Put[] }>(MUTATION, { c: 'fetched', images: images.slice(0, 1) }))
      .putImages;
    expect(refused!.failure).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('WENTU_FETCH_HOSTS') as string,
    });
  } finally {
    await fetching.close();
    shop.close();
  }
});

test('a put replaces an image of a folder; a later load of the folder keeps it', async () => {
  await writeTree(folder, { 'a.png': await picture(1), 'b.png': await picture(2) });
  await server.load(folder, { collection: 'mixed' });
  expect(await statuses('mixed', { 'a.png': 50, own: 51 })).toEqual(['REPLACED', 'ADDED']);
  expect(await found('mixed')).toEqual(['a.png', 'b.png', 'own']);
  const job = await server.load(folder, { collection: 'mixed' });
  expect(job).toMatchObject({ status: 'SUCCEEDED', loaded: 1, skipped: 1, removed: 0, missing: 0 });
  // The file of the folder is another picture now.
  expect(await found('mixed')).toEqual([expect.stringMatching(/^a-[0-9a-f]{8}\.png$/), 'a.png', 'b.png', 'own']);
  expect(await statuses('mixed', { 'a.png': 50, own: 51 })).toEqual(['UNCHANGED', 'UNCHANGED']);
});

test('a put image that was deleted for good comes back with the next put', async () => {
  await put('again', { a: 1, b: 2 });
  await server.data('mutation { deleteImages(collection: "again", imageIds: ["a"], keepOut: true) }');
  expect(await found('again')).toEqual(['b']);
  expect(await statuses('again', { a: 1 })).toEqual(['ADDED']);
  expect(await found('again')).toEqual(['a', 'b']);
  expect(await server.data('{ collection(name: "again") { keptOutCount } }')).toEqual({
    collection: { keptOutCount: 0 },
  });
});

test('one picture is put by its bytes over HTTP', async () => {
  const send = async (id: string, body: Buffer): Promise<[number, unknown]> => {
    const response = await fetch(`${server.address}/collections/http/images/${id}`, {
      method: 'PUT',
      body: new Uint8Array(body),
    });
    return [response.status, await response.json()];
  };
  const id = encodeURIComponent('类/№ 1');
  const added = await send(id, await picture(1));
  expect(added).toEqual([
    201,
    {
      ...{ imageId: '类/№ 1', status: 'ADDED' },
      id: expect.stringMatching(/^Image:\d+$/) as string,
      url: expect.stringMatching(/^\/images\/\d+$/) as string,
    },
  ]);
  expect(await send(id, await picture(1))).toMatchObject([200, { status: 'UNCHANGED' }]);
  expect(await send(id, await picture(2))).toMatchObject([200, { status: 'REPLACED' }]);
  expect(await send('x', Buffer.from('no picture'))).toMatchObject([
    422,
    { errors: [{ extensions: { code: 'UNSUPPORTED_FORMAT' } }] },
  ]);
  expect(await send('%07', await picture(1))).toMatchObject([
    400,
    { errors: [{ extensions: { code: 'INVALID_INPUT' } }] },
  ]);
  expect(await found('http')).toEqual(['类/№ 1']);
});

test('a put waits for a load of its collection that runs, and for no other', async () => {
  const held = await mkdtemp(join(tmpdir(), 'wentu-put-held-'));
  await writeFile(join(held, `${ReadGate.NAME}.png`), await picture(9));
  await gate.shut();
  try {
    const { id } = await server.load(held, { collection: 'busy', wait: false });
    await server.untilJob(id, ({ status, total }) => status === 'RUNNING' && total !== null);
    let ended = false;
    const putting = put('busy', { a: 1 }).finally(() => (ended = true));
    expect(await statuses('idle', { a: 1 })).toEqual(['ADDED']);
    expect(ended).toBe(false);
    await gate.open();
    expect(await putting).toMatchObject([{ status: 'ADDED' }]);
    expect(await server.jobEnded(id)).toMatchObject({ loaded: 1 });
    expect(await found('busy')).toEqual(['a', `${ReadGate.NAME}.png`]);
  } finally {
    await gate.open();
    await rm(held, { recursive: true, force: true });
  }
});

test('pictures that are put while the model of the collection changes are there with the new model', async () => {
  await installTiny(server);
  await put('changing', Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}`, i])));
  const { id } = await reencode(server, 'tiny', { wait: false, collection: 'changing' });
  expect(await statuses('changing', { 0: 500, late: 501 })).toEqual(['REPLACED', 'ADDED']);
  expect(await server.jobEnded(id)).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
  expect(await found('changing')).toHaveLength(31);
  expect(await statuses('changing', { 0: 500, late: 501 })).toEqual(['UNCHANGED', 'UNCHANGED']);
});

test('a batch of 1,000 is put in one call, and many calls at the same time are all right', async () => {
  const small = async (seed: number): Promise<string> => (await picture(seed, 16)).toString('base64');
  const images = await Promise.all(
    Array.from({ length: 1_000 }, async (_, i) => ({ imageId: `${i}`, data: await small(i) })),
  );
  const { putImages } = await server.data<{ putImages: Put[] }>(MUTATION, { c: 'batch', images });
  expect(new Set(putImages.map(({ status }) => status))).toEqual(new Set(['ADDED']));
  const calls = Array.from({ length: 20 }, (_, i) => statuses('batch', { [`call ${i}`]: 2_000 + i, shared: 3_000 }));
  for (const [own] of await Promise.all(calls)) expect(own).toBe('ADDED');
  expect(await server.data('{ collection(name: "batch") { imageCount } }')).toEqual({
    collection: { imageCount: 1_021 },
  });
});

test(`kill -9 at ${ROUNDS} moments of a put: a repeated call completes it`, async () => {
  const random = seeded(11);
  for (let round = 0; round < ROUNDS; round++) {
    const images = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}`, 100 * round + i]));
    const putting = put('killed', images).catch(() => undefined);
    await sleep(50 + Math.floor(random() * 400));
    await server.kill('SIGKILL');
    await putting;
    await server.restart();
    for (const { status } of await put('killed', images)) expect(status).not.toBe('FAILED');
    expect(await found('killed')).toHaveLength(20);
    expect(new Set(await statuses('killed', images))).toEqual(new Set(['UNCHANGED']));
  }
});
