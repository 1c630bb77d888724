import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { announceServers, HAS_SERVERS, MILVUS_ADDRESS, TestServer, type Hit } from './harness';
import { EngineLines } from './engine-lines';
import { picture, writeTree } from './pictures';
import { ReadGate } from './read-gate';

announceServers('MySQL and Milvus');

const FILES = 120;
/** Longer than the time after which a search on Milvus treats a collection as unchanged. */
const QUIET_MS = 10_500;
const QUERY = '红色的圆';

interface Readiness {
  readonly ready: boolean;
  readonly waitingFor: string | null;
}

(HAS_SERVERS ? describe : describe.skip)('on MySQL and Milvus', () => {
  let folder: string;
  let lines: EngineLines;
  let gate: ReadGate;
  let server: TestServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wentu-stores-'));
    const files: Record<string, Buffer> = {};
    for (let i = 1; i < FILES; i++) files[`f${i}.png`] = await picture(i);
    files[`f50-${ReadGate.NAME}.png`] = await picture(0);
    await writeTree(folder, files);
    lines = await EngineLines.start();
    gate = await ReadGate.make();
    await gate.open();
    server = await TestServer.prepare(gate.env, lines.through);
  });
  afterEach(() => {
    lines.open();
  });
  afterAll(async () => {
    await server.close();
    await lines.close();
    await gate.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const readiness = async (): Promise<Readiness> =>
    (await (await fetch(`${server.address}/readyz`)).json()) as Readiness;
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 240_000; !(await condition()); await sleep(50))
      if (Date.now() > end) throw new Error(`the condition did not become true:\n${server.log}`);
  };
  /** Starts a load that loads some pictures and then waits for the gate. */
  const loadToGate = async (by: TestServer, collection: string): Promise<string> => {
    await gate.shut();
    const { id } = await by.load(folder, { collection, wait: false });
    await by.untilJob(id, ({ processed }) => processed > 0);
    return id;
  };
  const shown = (hits: readonly Hit[]): [string, number][] =>
    hits.map(({ image, distance }) => [image.imageId, distance]);
  const repair = async (): Promise<unknown> =>
    (
      await server.data<{ repairCollections: unknown }>(
        'mutation { repairCollections(collection: "default") { collection upserted removedFromIndex removedRows } }',
      )
    ).repairCollections;

  test('the server answers before its stores, reports which store it waits for, and becomes ready with both', async () => {
    lines.mysql.set('refused');
    lines.milvus.set('refused');
    server.launch();
    await until(async () => (await fetch(`${server.address}/healthz`).catch(() => null))?.ok ?? false);
    expect(await readiness()).toMatchObject({
      ready: false,
      waitingFor: expect.stringMatching(/DATABASE_URL/) as string,
    });
    const { errors } = await server.graphql('{ collections { name } }');
    expect(errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    lines.mysql.set('open');
    await until(async () => (await readiness()).waitingFor?.includes('VECTOR_STORE') ?? false);
    lines.milvus.set('open');
    await server.untilReady();
    expect(await server.data('{ serverInfo { vectorStore indexEngine metadataStore } }')).toEqual({
      serverInfo: { vectorStore: 'milvus', indexEngine: 'milvus', metadataStore: 'mysql' },
    });
    expect(await server.load(folder)).toMatchObject({ status: 'SUCCEEDED', loaded: FILES });
  });

  test.each([
    ['MySQL', 'refused', /DATABASE_URL/],
    ['MySQL', 'silent', /DATABASE_URL/],
    ['Milvus', 'refused', /VECTOR_STORE/],
    ['Milvus', 'silent', /VECTOR_STORE/],
  ] as const)(
    '%s %s: queries fail within their time limit, and work again when it is back',
    async (name, state, which) => {
      const before = shown(await server.search(QUERY));
      const line = name === 'MySQL' ? lines.mysql : lines.milvus;
      line.set(state);
      const started = Date.now();
      const { errors } = await server.graphql(`{ searchImages(text: "${QUERY}") { distance } }`);
      expect(errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
      expect(Date.now() - started).toBeLessThan(30_000);
      expect(await readiness()).toMatchObject({ ready: false, waitingFor: expect.stringMatching(which) as string });
      line.set('open');
      await server.untilReady();
      expect(shown(await server.search(QUERY))).toEqual(before);
    },
  );

  test.each([
    ['MySQL', 'refused'],
    ['MySQL', 'silent'],
    ['Milvus', 'refused'],
    ['Milvus', 'torn'],
  ] as const)('a load waits while %s is %s, and continues', async (name, state) => {
    const collection = `waits ${name} ${state}`;
    const line = name === 'MySQL' ? lines.mysql : lines.milvus;
    const id = await loadToGate(server, collection);
    line.set(state);
    await gate.open();
    // The next answer is torn; after it the line is open again.
    if (state === 'torn') await until(async () => line.isOpen);
    else await until(async () => !(await readiness()).ready);
    line.set('open');
    await server.untilReady();
    expect(await server.jobEnded(id)).toMatchObject({ status: 'SUCCEEDED', processed: FILES, loaded: FILES });
    const hits = await server.search(QUERY, collection, 1_000);
    expect(new Set(hits.map(({ image }) => image.imageId)).size).toBe(FILES);
    expect(shown(hits.slice(0, 10))).toEqual(shown(await server.search(QUERY)));
  });

  test('a Milvus collection that was dropped, emptied or replaced is rebuilt from the rows', async () => {
    const before = shown(await server.search(QUERY, 'default', 1_000));
    const client = new MilvusClient({
      address: MILVUS_ADDRESS,
      logLevel: 'error',
      telemetry: { enabled: false },
    });
    const { data } = await client.listCollections();
    const index = await indexOf(server);
    const name = data.map((each) => each.name).find((each) => index.test(each)) ?? '';
    expect(name).not.toBe('');
    const whole = { collection: 'default', removedFromIndex: 0, removedRows: 0 };
    expect(await repair()).toEqual([{ ...whole, upserted: 0 }]);

    await client.delete({ collection_name: name, filter: 'id > 0' });
    expect(await repair()).toEqual([{ ...whole, upserted: FILES }]);
    expect(shown(await server.search(QUERY, 'default', 1_000))).toEqual(before);

    await client.dropCollection({ collection_name: name });
    const { errors } = await server.graphql(`{ searchImages(text: "${QUERY}") { distance } }`);
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'UNAVAILABLE' },
      message: expect.stringMatching(/wentu repair/) as string,
    });
    expect(await repair()).toEqual([{ ...whole, upserted: FILES }]);
    expect(shown(await server.search(QUERY, 'default', 1_000))).toEqual(before);

    await client.dropCollection({ collection_name: name });
    await client.createCollection({
      collection_name: name,
      fields: [
        { name: 'theirs', data_type: DataType.Int64, is_primary_key: true },
        { name: 'vector', data_type: DataType.FloatVector, dim: 8 },
      ],
    });
    // A start repairs the index without a request.
    await server.kill('SIGTERM');
    await server.restart();
    expect(shown(await server.search(QUERY, 'default', 1_000))).toEqual(before);
    await client.closeConnection();
  });

  test('two processes share the stores: each finds the images that the other loads, and continues its load when it dies', async () => {
    const other = await server.another();
    try {
      expect(shown(await other.search(QUERY))).toEqual(shown(await server.search(QUERY)));
      const id = await loadToGate(other, 'passes on');
      await other.kill('SIGKILL');
      await gate.open();
      expect(await server.jobEnded(id)).toMatchObject({ status: 'SUCCEEDED' });
      const hits = await server.search(QUERY, 'passes on', 1_000);
      expect(new Set(hits.map(({ image }) => image.imageId)).size).toBe(FILES);
      await other.restart();
      expect(shown(await other.search(QUERY, 'passes on', 1_000))).toEqual(shown(hits));
    } finally {
      await other.close();
    }
  });

  test('finds images that another process has just loaded, also in a collection that was quiet', async () => {
    const other = await server.another();
    const late = await mkdtemp(join(tmpdir(), 'wentu-late-'));
    const found = async (): Promise<string[]> =>
      (await server.search(QUERY, 'late', 1_000)).map(({ image }) => image.imageId).sort();
    try {
      await writeTree(late, { 'a.png': await picture(1) });
      await other.load(late, { collection: 'late' });
      expect(await found()).toEqual(['a.png']);
      // Only time makes a collection quiet.
      await sleep(QUIET_MS + 500);
      expect(await found()).toEqual(['a.png']);
      await writeTree(late, { 'b.png': await picture(2) });
      await other.load(late, { collection: 'late' });
      expect(await found()).toEqual(['a.png', 'b.png']);
    } finally {
      await other.close();
      await rm(late, { recursive: true, force: true });
    }
  });

  test('a collection is dropped while another process loads into it', async () => {
    const other = await server.another();
    try {
      const id = await loadToGate(other, 'doomed');
      const dropping = server.data('mutation { dropCollection(name: "doomed") }');
      await gate.open();
      expect(await dropping).toEqual({ dropCollection: true });
      expect(await server.job(id)).toMatchObject({ status: 'CANCELLED' });
      expect(await other.data('{ collection(name: "doomed") { name } }')).toEqual({ collection: null });
      expect(await other.load(folder, { collection: 'doomed' })).toMatchObject({ loaded: FILES });
    } finally {
      await other.close();
    }
  });
});

/** The name of the index of `default`. Other stores on this Milvus may have indexes of collections with the same id. */
async function indexOf(server: TestServer): Promise<RegExp> {
  const { collection } = await server.data<{ collection: { id: string } }>('{ collection(name: "default") { id } }');
  const storeId = await readFile(join(server.dataDir, 'store-id'), 'utf8');
  return new RegExp(`_s${storeId.trim().replaceAll('-', '').slice(0, 16)}_w3_${collection.id.split(':')[1]}_\\d+$`);
}
