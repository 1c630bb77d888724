import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

const FACTS =
  'imageId takenAt takenAtOffsetMinutes takenAtSource camera lens place { latitude longitude } exifOrientation';
const NONE = { camera: null, lens: null, place: null, exifOrientation: null };

/** A JPEG of a camera. */
async function photo(n: number, exif: Record<string, Record<string, string>>): Promise<Buffer> {
  return await sharp(await picture(n))
    .withExif(exif)
    .jpeg()
    .toBuffer();
}

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'wentu-facts-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test('an image shows what its camera wrote, or the time of its file', async () => {
  await writeTree(folder, {
    'shanghai.jpg': await photo(1, {
      IFD0: { Make: 'NIKON CORPORATION', Model: 'NIKON D750' },
      IFD2: { DateTimeOriginal: '2023:10:01 18:30:05', OffsetTimeOriginal: '+08:00', LensModel: '50.0 mm f/1.8' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '31/1 14/1 24/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '121/1 30/1 0/1',
      },
    }),
    'wrong.jpg': await photo(2, { IFD2: { DateTimeOriginal: '9999:00:00 00:00:00' } }),
    'plain.png': await picture(3),
  });
  const time = new Date('2020-02-02T02:02:02.500Z');
  for (const name of ['wrong.jpg', 'plain.png']) await utimes(join(folder, name), time, time);
  expect(await server.load(folder, { collection: '照片' })).toMatchObject({ loaded: 3, failed: 0 });
  const { collection } = await server.data<{ collection: { images: Record<string, unknown>[] } }>(
    `{ collection(name: "照片") { images { ${FACTS} } } }`,
  );
  const file = { takenAt: time.toISOString(), takenAtOffsetMinutes: null, takenAtSource: 'FILE' };
  const byName = new Map(collection.images.map((image) => [image['imageId'], image]));
  expect(byName.get('plain.png')).toEqual({ imageId: 'plain.png', ...NONE, ...file });
  expect(byName.get('wrong.jpg')).toMatchObject({ ...file, camera: null, place: null });
  expect(byName.get('shanghai.jpg')).toMatchObject({
    takenAt: '2023-10-01T10:30:05.000Z',
    takenAtOffsetMinutes: 480,
    takenAtSource: 'EXIF',
    camera: 'Nikon D750',
    lens: '50.0 mm f/1.8',
    place: { latitude: 31.24, longitude: 121.5 },
  });
});

test('all fields of EXIF are read from the original, which has a path, and a name when it is saved', async () => {
  const hostile = { Artist: '<img src=x onerror=alert(1)>', ImageDescription: 'x'.repeat(10_000) };
  await writeTree(join(folder, '全部'), {
    '海 边.jpg': await photo(8, {
      IFD0: { Make: 'Canon', ...hostile },
      IFD2: { FNumber: '28/10', ExposureTime: '1/250', LensModel: '<script>' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '31/1 0/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '121/1 0/1 0/1' },
    }),
    'plain.png': await picture(9),
  });
  await server.load(join(folder, '全部'), { collection: '全部' });
  interface Full {
    readonly imageId: string;
    readonly originalPath: string;
    readonly downloadUrl: string;
    readonly exif: readonly { readonly group: string; readonly name: string; readonly value: string }[] | null;
  }
  const read = async (): Promise<Full[]> => {
    const { collection } = await server.data<{ collection: { images: Full[] } }>(
      `{ collection(name: "全部") { images { imageId originalPath downloadUrl exif { group name value } } } }`,
    );
    return [...collection.images].sort((a, b) => (a.imageId < b.imageId ? -1 : 1));
  };
  const [plain, sea] = await read();
  expect(plain?.exif).toEqual([]);
  expect(sea?.exif).toEqual(
    expect.arrayContaining([
      { group: 'CAMERA', name: 'LensModel', value: '<script>' },
      { group: 'EXPOSURE', name: 'FNumber', value: 'f/2.8' },
      { group: 'EXPOSURE', name: 'ExposureTime', value: '1/250 s' },
      { group: 'PLACE', name: 'GPSLatitude', value: '31' },
      { group: 'AUTHOR', name: 'Artist', value: hostile.Artist },
      { group: 'AUTHOR', name: 'ImageDescription', value: `${'x'.repeat(199)}…` },
    ]),
  );
  expect(sea?.originalPath).toMatch(/[/]全部[/]海 边\.jpg$/);
  const saved = await fetch(server.address + sea!.downloadUrl);
  expect(saved.headers.get('content-disposition')).toBe(
    `attachment; filename="? ?.jpg"; filename*=UTF-8''${encodeURIComponent('海 边.jpg')}`,
  );
  await rm(join(folder, '全部/海 边.jpg'));
  expect((await read())[1]?.exif).toBeNull();
  const missing = await fetch(server.address + sea!.downloadUrl);
  expect([missing.status, missing.headers.get('cache-control')]).toEqual([410, 'no-store']);
  expect(await missing.json()).toEqual({ error: expect.stringContaining('no file to save') as string });
});

test('filters by time, camera, lens, place and by what is known give the nearest of the pictures that match', async () => {
  const at = (
    day: string,
    latitude: string,
    longitude: string,
    camera: string,
  ): Record<string, Record<string, string>> => ({
    IFD0: { Make: 'Canon', Model: camera },
    IFD2: { DateTimeOriginal: `${day} 12:00:00`, OffsetTimeOriginal: '+00:00', LensModel: `lens of ${camera}` },
    IFD3: {
      GPSLatitudeRef: latitude.slice(-1),
      GPSLatitude: `${latitude.slice(0, -1)}/100 0/1 0/1`,
      GPSLongitudeRef: longitude.slice(-1),
      GPSLongitude: `${longitude.slice(0, -1)}/100 0/1 0/1`,
    },
  });
  const files = join(folder, 'filters');
  await writeTree(files, {
    'fiji.jpg': await photo(11, at('2021:05:01', '1660S', '17990E', 'A')),
    'across.jpg': await photo(12, at('2022:05:01', '1660S', '17990W', 'B')),
    'pole.jpg': await photo(13, at('2023:05:01', '8990N', '1000E', 'A')),
    'plain.png': await picture(14),
  });
  expect(await server.load(files, { collection: '条件', copyImages: true })).toMatchObject({ loaded: 4, failed: 0 });
  const find = async (filter: string): Promise<string[]> => {
    const { search } = await server.data<{
      search: { totalCount: number; edges: { node: { image: { imageId: string } } }[] };
    }>(
      `{ search(query: {text: "圆"}, collection: "条件", filter: ${filter}) { totalCount edges { node { image { imageId } } } } }`,
    );
    expect(search.totalCount).toBe(search.edges.length);
    return search.edges.map(({ node }) => node.image.imageId).sort();
  };
  expect(await find('{camera: ["Canon A"]}')).toEqual(['fiji.jpg', 'pole.jpg']);
  expect(await find('{lens: ["lens of B", "other"]}')).toEqual(['across.jpg']);
  expect(await find('{takenAt: {from: "2022-05-01T12:00:00Z", to: "2023-05-01T11:59:59Z"}}')).toEqual(['across.jpg']);
  expect(await find('{takenAt: {to: "2022-01-01T00:00:00Z"}}')).toEqual(['fiji.jpg']);
  expect(await find('{takenAtSource: FILE}')).toEqual(['plain.png']);
  expect(await find('{near: {latitude: -16.6, longitude: 180, km: 15}}')).toEqual(['across.jpg', 'fiji.jpg']);
  expect(await find('{near: {latitude: 89.95, longitude: -170, km: 20}}')).toEqual(['pole.jpg']);
  expect(await find('{not: {near: {latitude: -16.6, longitude: 179.8, km: 15}}}')).toEqual([
    'across.jpg',
    'plain.png',
    'pole.jpg',
  ]);
  expect(await find('{has: [PLACE, CAMERA, LENS, TAKEN_AT]}')).toEqual(['across.jpg', 'fiji.jpg', 'pole.jpg']);
  expect(await find('{not: {has: [PLACE]}, has: [TAKEN_AT]}')).toEqual(['plain.png']);
  const { errors } = await server.graphql(
    '{ search(query: {text: "圆"}, filter: {near: {latitude: 100, longitude: 0, km: 1}}) { totalCount } }',
  );
  expect(errors?.[0]).toMatchObject({
    extensions: { code: 'INVALID_INPUT' },
    message: expect.stringContaining('latitude 100') as string,
  });
});

test('the time of an uploaded file is the time of the upload, so its picture has none', async () => {
  const { createUpload } = await server.data<{ createUpload: { id: string; url: string } }>(
    'mutation { createUpload { id url } }',
  );
  const body = new Uint8Array(await picture(4));
  await fetch(`${server.address}${createUpload.url}/a.png`, { method: 'PUT', body });
  const { loadUpload } = await server.data<{ loadUpload: { id: string } }>(
    'mutation ($id: ID!) { loadUpload(id: $id, collection: "手机") { id } }',
    { id: createUpload.id },
  );
  expect(await server.jobEnded(loadUpload.id)).toMatchObject({ loaded: 1 });
  const { image } = await server.data<{ image: object }>(
    `{ image(collection: "手机", imageId: "a.png") { ${FACTS} } }`,
  );
  expect(image).toEqual({ imageId: 'a.png', takenAt: null, takenAtOffsetMinutes: null, takenAtSource: null, ...NONE });
});
