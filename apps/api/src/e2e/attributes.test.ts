import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

const ATTRIBUTES = 'tags attributes { name kind string number boolean date }';

interface Owned {
  readonly imageId: string;
  readonly tags: readonly string[];
  readonly attributes: readonly Record<string, unknown>[];
}

let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-attributes-'));
  server = await TestServer.start();
});
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

const value = (name: string, kind: string, of: object): object => ({
  ...{ name, kind, string: null, number: null, boolean: null, date: null },
  ...of,
});

const imagesOf = async (collection: string): Promise<Owned[]> =>
  (
    await server.data<{ collection: { images: Owned[] } }>(
      `query ($name: String!) { collection(name: $name) { images { imageId ${ATTRIBUTES} } } }`,
      { name: collection },
    )
  ).collection.images;

/** The images that match a filter, by name. */
const matching = async (collection: string, filter: object): Promise<string[]> => {
  const { search } = await server.data<{ search: { edges: { node: { image: { imageId: string } } }[] } }>(
    `query ($collection: String!, $filter: ImageFilter) {
      search(query: {text: "圆"}, collection: $collection, first: 100, filter: $filter) { edges { node { image { imageId } } } }
    }`,
    { collection, filter },
  );
  return search.edges.map(({ node }) => node.image.imageId).sort();
};

const set = async (collection: string, changes: readonly object[]) =>
  (
    await server.data<{ setImageAttributes: { imageId: string; status: string; message: string | null }[] }>(
      `mutation ($collection: String!, $changes: [ImageAttributesChange!]!) {
        setImageAttributes(collection: $collection, changes: $changes) { imageId status message image { imageId ${ATTRIBUTES} } }
      }`,
      { collection, changes },
    )
  ).setImageAttributes;

test('owners set tags and typed attributes; filters see them at once, and after every kind of end', async () => {
  const photos = join(folder, 'photos');
  await writeTree(
    photos,
    Object.fromEntries(
      await Promise.all(['a', 'b', 'c', 'd'].map(async (n, i) => [`${n}.png`, await picture(i)])),
    ) as Record<string, Buffer>,
  );
  expect(await server.load(photos, { collection: '照片' })).toMatchObject({ loaded: 4 });
  const results = await set('照片', [
    {
      imageId: 'a.png',
      addTags: [' 旅行 ', 'sea'],
      setAttributes: [
        { name: 'price', number: 12.5 },
        { name: 'sold', boolean: false },
        { name: 'made', date: '2024-05-01T00:00:00Z' },
        { name: '备注', string: '很好' },
      ],
    },
    { imageId: 'b.png', tags: ['sea'], setAttributes: [{ name: 'price', number: 30 }] },
    { imageId: 'c.png', setAttributes: [{ name: 'price', string: '12.5' }] },
    { imageId: 'nope.png', tags: [] },
    { imageId: 'd.png', setAttributes: [{ name: 'two words', number: 1 }] },
  ]);
  expect(results.map(({ imageId, status }) => [imageId, status])).toEqual([
    ...[
      ['a.png', 'DONE'],
      ['b.png', 'DONE'],
      ['c.png', 'DONE'],
      ['nope.png', 'NOT_FOUND'],
      ['d.png', 'INVALID'],
    ],
  ]);
  expect(results[4]?.message).toMatch(/image "d.png" has an attribute "two words"/);
  expect((await imagesOf('照片'))[0]).toEqual({
    imageId: 'a.png',
    tags: ['sea', '旅行'],
    attributes: [
      value('made', 'DATE', { date: '2024-05-01T00:00:00.000Z' }),
      value('price', 'NUMBER', { number: 12.5 }),
      value('sold', 'BOOLEAN', { boolean: false }),
      value('备注', 'STRING', { string: '很好' }),
    ],
  });
  const filters: [object, string[]][] = [
    [{ tag: ['sea'] }, ['a.png', 'b.png']],
    [{ tag: ['旅行', 'nothing'] }, ['a.png']],
    [{ not: { tag: ['sea'] } }, ['c.png', 'd.png']],
    [{ and: [{ tag: ['sea'] }, { tag: ['旅行'] }] }, ['a.png']],
    [{ attribute: { name: 'price', numberRange: { from: 10, to: 20 } } }, ['a.png']],
    [{ not: { attribute: { name: 'price', numberRange: { from: 10, to: 20 } } } }, ['b.png', 'c.png', 'd.png']],
    [{ attribute: { name: 'price', number: [30, 12.5] } }, ['a.png', 'b.png']],
    [{ attribute: { name: 'price', string: ['12.5'] } }, ['c.png']],
    [{ attribute: { name: 'price' } }, ['a.png', 'b.png', 'c.png']],
    [{ attribute: { name: 'price', exists: false } }, ['d.png']],
    [{ attribute: { name: 'sold', boolean: false } }, ['a.png']],
    [{ attribute: { name: 'sold', boolean: true } }, []],
    [{ attribute: { name: 'made', dateRange: { from: '2024-01-01T00:00:00Z' } } }, ['a.png']],
    [{ attribute: { name: 'made', date: ['2024-05-01T08:00:00+08:00'] } }, ['a.png']],
    [{ attribute: { name: '备注', string: ['很好'] } }, ['a.png']],
  ];
  const check = async (): Promise<void> => {
    for (const [filter, wanted] of filters) expect([filter, await matching('照片', filter)]).toEqual([filter, wanted]);
  };
  await check();
  await server.kill('SIGTERM');
  await server.restart();
  await check();
  await set('照片', [{ imageId: 'a.png', removeTags: ['sea'] }]);
  filters[0]![1] = ['b.png'];
  filters[2]![1] = ['a.png', 'c.png', 'd.png'];
  filters[3]![1] = [];
  await check();
  // The files of the index in memory have the points as they were before the change.
  await server.kill('SIGKILL');
  await server.restart();
  await check();
  // A new version of the picture takes its attributes over.
  await writeFile(join(photos, 'a.png'), await picture(70));
  expect(await server.load(photos, { collection: '照片' })).toMatchObject({ loaded: 1, replaced: 1 });
  await check();
});

test('sidecars give tags and attributes at a load, and again when they change, without encoding', async () => {
  const photos = join(folder, 'sidecars');
  const pictures = Object.fromEntries(
    await Promise.all(['a.png', 'b.png', 'c.png', 'd.png'].map(async (n, i) => [n, await picture(20 + i)] as const)),
  );
  await writeTree(photos, {
    ...pictures,
    'a.png.json': Buffer.from('{"tags": ["海边"], "attributes": {"price": 3, "made": {"date": "2024-05-01"}}}'),
    'b.xmp': Buffer.from(
      '<x:xmpmeta><rdf:RDF><rdf:Description xmp:Rating="5"><dc:subject><rdf:Bag><rdf:li>cats &amp; dogs</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>',
    ),
    'c.json': Buffer.from('{"tags": '),
    'd.png.json': Buffer.from('{"title": "d.png", "photoTakenTime": {"timestamp": "1"}}'),
  });
  const job = await server.load(photos, { collection: 'sidecars' });
  expect(job).toMatchObject({ status: 'PARTIAL', loaded: 4, failed: 0 });
  const { loadJob } = await server.data<{ loadJob: { failures: { item: string; code: string }[] } }>(
    'query ($id: ID!) { loadJob(id: $id) { failures(first: 10) { item code } } }',
    { id: job.id },
  );
  expect(loadJob.failures).toEqual([{ item: 'c.png', code: 'BAD_ATTRIBUTES' }]);
  const own = async (): Promise<Record<string, Owned>> =>
    Object.fromEntries((await imagesOf('sidecars')).map((image) => [image.imageId, image]));
  expect(await own()).toMatchObject({
    'a.png': {
      tags: ['海边'],
      attributes: [
        { name: 'made', kind: 'DATE' },
        { name: 'price', number: 3 },
      ],
    },
    'b.png': { tags: ['cats & dogs'], attributes: [{ name: 'rating', number: 5 }] },
    'c.png': { tags: [], attributes: [] },
    'd.png': { tags: [], attributes: [] },
  });
  await set('sidecars', [{ imageId: 'b.png', addTags: ['kept'] }]);
  await writeFile(join(photos, 'a.png.json'), '{"tags": ["山"]}');
  await writeFile(join(photos, 'c.json'), '{"tags": ["now"]}');
  expect(await server.load(photos, { collection: 'sidecars' })).toMatchObject({
    ...{ status: 'SUCCEEDED', loaded: 0, skipped: 4 },
  });
  expect(await own()).toMatchObject({
    'a.png': { tags: ['山'], attributes: [{ name: 'made' }, { name: 'price' }] },
    'b.png': { tags: ['cats & dogs', 'kept'] },
    'c.png': { tags: ['now'] },
  });
  expect(await matching('sidecars', { tag: ['山', 'now'] })).toEqual(['a.png', 'c.png']);
  expect(await matching('sidecars', { tag: ['海边'] })).toEqual([]);
  expect(await matching('sidecars', { attribute: { name: 'rating', numberRange: { from: 4 } } })).toEqual(['b.png']);
});

test('a put gives tags and attributes, by GraphQL and by PUT, and a repeated put gives them again', async () => {
  const data = (await picture(40)).toString('base64');
  const put = async (more: object): Promise<{ status: string; image: Owned | null; failure: unknown }> => {
    const { putImages } = await server.data<{
      putImages: [{ status: string; image: Owned | null; failure: unknown }];
    }>(
      `mutation ($images: [PutImageInput!]!) {
        putImages(collection: "shop", images: $images) { status image { imageId ${ATTRIBUTES} } failure { code } }
      }`,
      { images: [{ imageId: 'sku 1', data, ...more }] },
    );
    return putImages[0];
  };
  const price = (number: number): object => ({ attributes: [{ name: 'price', number }] });
  expect(await put({ tags: ['new'], ...price(5) })).toMatchObject({
    ...{ status: 'ADDED', image: { tags: ['new'], attributes: [{ number: 5 }] } },
  });
  await set('shop', [{ imageId: 'sku 1', addTags: ['mine'], setAttributes: [{ name: 'price', number: 6 }] }]);
  expect(await put(price(5))).toMatchObject({
    ...{ status: 'UNCHANGED', image: { tags: ['mine', 'new'], attributes: [{ number: 5 }] } },
  });
  expect(await put({ tags: ['x'.repeat(65)] })).toMatchObject({
    ...{ status: 'FAILED', failure: { code: 'INVALID_INPUT' }, image: { tags: ['mine', 'new'] } },
  });
  const send = async (query: string): Promise<Response> =>
    await fetch(`${server.address}/collections/shop/images/sku%202?${query}`, {
      method: 'PUT',
      body: new Uint8Array(await picture(41)),
    });
  const attributes = encodeURIComponent('{"price": 7, "sold": true}');
  expect((await send(`tag=a&tag=b&attributes=${attributes}`)).status).toBe(201);
  expect(await matching('shop', { tag: ['b'] })).toEqual(['sku 2']);
  expect(await matching('shop', { attribute: { name: 'price', numberRange: { from: 6 } } })).toEqual(['sku 2']);
  expect((await send('attributes=nonsense')).status).toBe(400);
});
