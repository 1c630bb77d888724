import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestServer } from './harness';

jest.setTimeout(120_000);

const FIXTURE = join(__dirname, '../../fixtures/data-of-0.1.0');

test('a data folder of an older version opens: every picture is found, at the same distance', async () => {
  const server = await TestServer.prepare({ DATABASE_URL: 'sqlite:', VECTOR_STORE: 'embedded' });
  try {
    for (const name of ['id', 'wentu.sqlite']) await cp(join(FIXTURE, name), join(server.dataDir, name));
    await server.restart();
    const before = JSON.parse(await readFile(join(FIXTURE, 'hits.json'), 'utf8')) as Record<
      string,
      { imageId: string; distance: number }[]
    >;
    for (const [collection, hits] of Object.entries(before)) {
      const found = await server.search('小狗', collection, 50);
      expect(found.map(({ image }) => image.imageId)).toEqual(hits.map(({ imageId }) => imageId));
      found.forEach(({ distance }, i) => expect(distance).toBeCloseTo(hits[i]!.distance, 6));
      // The originals are gone or in the store; either way there is something to see.
      for (const { image } of found) expect((await fetch(server.address + image.url)).status).toBe(200);
    }
    const resolve = `mutation { resolveMissing(collection: "referenced", directory: "/tmp/oldfix/pictures", action: KEEP) }`;
    expect((await server.data<{ resolveMissing: number }>(resolve)).resolveMissing).toBe(8);
  } finally {
    await server.close();
  }
});
