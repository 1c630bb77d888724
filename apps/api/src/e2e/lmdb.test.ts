import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { TestServer } from './harness';

/** Six pictures in a tsv, and the LMDB file that Python's lmdb made from it. */
const FIXTURES = resolve(__dirname, '../../../../libs/dataset/fixtures/lmdb');

let server: TestServer;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wentu-lmdb-'));
  server = await TestServer.start({ WENTU_LOAD_ROOTS: root });
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

interface Hit {
  readonly distance: number;
  readonly image: { readonly imageId: string; readonly data: string };
}
async function search(collection: string): Promise<Hit[]> {
  const { searchImages } = await server.data<{ searchImages: Hit[] }>(
    'query ($collection: String!) { searchImages(text: "红色", collection: $collection) { distance image { imageId data } } }',
    { collection },
  );
  return searchImages.sort((a, b) => (a.image.imageId < b.image.imageId ? -1 : 1));
}

test('an LMDB folder of cn_clip loads the same pictures as its tsv', async () => {
  const [tsv, lmdb] = [join(root, 'tsv'), join(root, 'flickr')];
  const imgs = join(lmdb, 'lmdb/valid/imgs');
  for (const folder of [tsv, imgs]) await mkdir(folder, { recursive: true });
  await cp(join(FIXTURES, 'dataset_imgs.tsv'), join(tsv, 'valid_imgs.tsv'));
  await writeFile(join(imgs, 'data.mdb'), gunzipSync(await readFile(join(FIXTURES, 'dataset.mdb.gz'))));

  const wanted = await server.load(tsv, { collection: 'tsv' });
  const job = await server.load(lmdb, { collection: 'lmdb' });
  expect(wanted).toMatchObject({ status: 'SUCCEEDED', loaded: 6, failed: 0 });
  expect(job).toMatchObject({ status: 'SUCCEEDED', total: 6, loaded: 6, failed: 0 });
  const hits = await search('lmdb');
  expect(hits).toHaveLength(6);
  expect(hits).toEqual(await search('tsv'));
  expect(hits.map(({ image }) => image.imageId)).toContain('9007199254740993');

  expect(await server.load(lmdb, { collection: 'lmdb' })).toMatchObject({ loaded: 0, skipped: 6 });
});

test('a damaged LMDB file fails the load, and the error names the page', async () => {
  const folder = join(root, 'damaged');
  await mkdir(folder);
  const bytes = gunzipSync(await readFile(join(FIXTURES, 'many.mdb.gz')));
  await writeFile(join(folder, 'data.mdb'), bytes.subarray(0, bytes.length / 2));
  const { errors } = await server.graphql<unknown>(
    'mutation ($directory: String!) { loadCollection(collection: "damaged", directory: $directory, wait: true) { status failures { code message } } }',
    { directory: folder },
  );
  expect(errors?.[0]).toMatchObject({
    extensions: { code: 'INVALID_INPUT' },
    message: expect.stringMatching(/data\.mdb cannot be read at page \d+: the file ends at byte \d+/) as string,
  });
});
