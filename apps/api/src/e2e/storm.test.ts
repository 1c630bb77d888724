import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { announceServers, HAS_SERVERS, TestServer, type Hit } from './harness';
import { EngineLines } from './engine-lines';
import type { LineState } from './line';
import { picture, seeded } from './pictures';

jest.setTimeout(40 * 60_000);
announceServers('the storm');

const ROUNDS = Number(process.env['WENTU_STORM_ROUNDS'] ?? 20);
/** The name of each collection, and the name that a rename gives it. */
const COLLECTIONS = [
  ['甲', '丙'],
  ['乙', '丁'],
] as const;
const CONTENTS = 40;
const FILES = 16;
const QUERY = '红色的圆';
const LONGEST_MS = 800;
const seed = Number(process.env['WENTU_STORM_SEED'] ?? Date.now() % 2 ** 31);

/** One process of the server, with its own lines to the stores. */
interface Node {
  readonly server: TestServer;
  readonly lines: EngineLines;
}

(HAS_SERVERS ? describe : describe.skip)('two processes and two stores with random faults', () => {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const chance = (share: number): boolean => random() < share;

  let base: string;
  let nodes: Node[];
  const starting = new Set<TestServer>();
  let contents: Buffer[];
  let distances: number[];
  const files = COLLECTIONS.map(() => new Map<string, number>());
  /** The contents that each file has had. */
  const past = COLLECTIONS.map(() => new Map<string, Set<number>>());
  /** The index of the current name of each collection. */
  const named = COLLECTIONS.map(() => 0);
  const folderOf = (which: number): string => join(base, `c${which}`);

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'wentu-storm-'));
    contents = await Promise.all(Array.from({ length: CONTENTS }, (_, i) => picture(i, 48)));
    nodes = [await firstNode()];
    nodes.push(await furtherNode(nodes[0]!));
    const reference = await mkdtemp(join(base, 'reference-'));
    await Promise.all(
      contents.map((content, i) => writeFile(join(reference, `${i}`.padStart(3, '0') + '.png'), content)),
    );
    await nodes[0]!.server.load(reference, { collection: 'reference' });
    const hits = await nodes[0]!.server.search(QUERY, 'reference', 1_000);
    distances = hits.sort((a, b) => (a.image.imageId < b.image.imageId ? -1 : 1)).map(({ distance }) => distance);
    for (const which of COLLECTIONS.keys()) {
      await mkdir(folderOf(which));
      await change(which, FILES * 2);
    }
  });
  afterAll(async () => {
    for (const { server, lines } of [...nodes].reverse()) {
      await server.close();
      await lines.close();
    }
    await rm(base, { recursive: true, force: true });
  });

  async function firstNode(): Promise<Node> {
    const lines = await EngineLines.start();
    const server = await TestServer.prepare({}, lines.through);
    await server.restart();
    return { server, lines };
  }
  async function furtherNode({ server: first }: Node): Promise<Node> {
    const lines = await EngineLines.start();
    return { server: await first.another(lines.through), lines };
  }

  /** Adds, replaces and removes files in the folder of a collection. */
  async function change(which: number, times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const [name, content] = [`f${below(FILES)}.png`, below(CONTENTS)];
      if (chance(0.15)) {
        files[which]!.delete(name);
        await rm(join(folderOf(which), name), { force: true });
        continue;
      }
      files[which]!.set(name, content);
      past[which]!.set(name, (past[which]!.get(name) ?? new Set()).add(content));
      await writeFile(join(folderOf(which), name), contents[content]!);
    }
  }

  async function disturb(): Promise<void> {
    const { server, lines } = pick(nodes);
    if (chance(0.15)) {
      await sleep(below(400));
      // Two disturbances of one round may both have chosen this process; it is started once.
      if (starting.has(server)) return;
      starting.add(server);
      await server.kill('SIGKILL');
      server.launch();
      starting.delete(server);
      return;
    }
    const line = chance(0.5) ? lines.mysql : lines.milvus;
    await sleep(below(200));
    line.set(pick<LineState>(['refused', 'refused', 'silent', 'slow', 'torn', 'torn']));
    await sleep(below(LONGEST_MS));
    line.set('open');
  }

  async function calm(): Promise<void> {
    for (const { lines } of nodes) lines.open();
    for (const { server } of nodes) await server.untilReady();
    for (const end = Date.now() + 300_000; ; await sleep(30)) {
      const { data } = await nodes[0]!.server.graphql<{ loadJobs: { status: string }[] }>(
        '{ loadJobs(first: 20) { status } }',
      );
      if (data && !data.loadJobs.some(({ status }) => status === 'QUEUED' || status === 'RUNNING')) return;
      if (Date.now() > end)
        throw new Error(`loads do not end:\n${JSON.stringify(data)}\n${nodes.map((n) => n.server.log).join('\n')}`);
    }
  }

  /** @returns null when the collection does not exist */
  async function shown({ server }: Node, name: string): Promise<Hit[] | null> {
    const { collection } = await server.data<{ collection: { imageCount: number } | null }>(
      'query ($name: String!) { collection(name: $name) { imageCount } }',
      { name },
    );
    if (!collection) return null;
    const hits = await server.search(QUERY, name, 1_000);
    expect(hits).toHaveLength(collection.imageCount);
    return hits;
  }

  /** The existing names. There are two if a load after a rename created a collection with the old name. */
  async function namesOf(which: number): Promise<string[]> {
    const { collections } = await nodes[0]!.server.data<{ collections: { name: string }[] }>(
      '{ collections { name } }',
    );
    return COLLECTIONS[which]!.filter((name) => collections.some((collection) => collection.name === name));
  }
  const dropping = ({ server }: Node, name: string): Promise<unknown> =>
    server.data('mutation ($name: String!) { dropCollection(name: $name) }', { name });

  /** Checks that each hit fits some earlier or current content of its file. */
  function checkPlausible(hits: readonly Hit[], which: number): void {
    expect(new Set(hits.map(({ image }) => image.imageId)).size).toBe(hits.length);
    for (const { image, distance } of hits) {
      const had = [...past[which]!.get(image.imageId)!];
      expect(Math.min(...had.map((content) => Math.abs(distances[content]! - distance)))).toBeLessThan(1e-4);
    }
  }

  function checkExact(hits: readonly Hit[] | null, expected: ReadonlyMap<string, number>): void {
    expect(hits?.map(({ image }) => image.imageId).sort()).toEqual([...expected.keys()].sort());
    for (const { image, distance } of hits ?? [])
      expect(distance).toBeCloseTo(distances[expected.get(image.imageId)!]!, 4);
    const sorted = hits?.map(({ distance }) => distance) ?? [];
    expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
  }

  test(`${ROUNDS} rounds (seed ${seed}): after each recovery a search finds exactly the expected images`, async () => {
    const quietly = <T>(doing: Promise<T>): Promise<unknown> => doing.catch(() => undefined);
    for (let round = 0; round < ROUNDS; round++) {
      const touched = new Set<number>();
      const doing: Promise<unknown>[] = [];
      for (let act = 1 + below(3); act > 0; act--) {
        const [which, node] = [below(COLLECTIONS.length), pick(nodes)];
        const { server } = node;
        const names = COLLECTIONS[which]!;
        const [collection, newName] = named[which] === 0 ? names : ([names[1], names[0]] as const);
        touched.add(which);
        if (chance(0.1)) doing.push(quietly(dropping(node, collection)));
        else if (chance(0.2)) {
          const mutation =
            'mutation ($name: String!, $newName: String!) { renameCollection(name: $name, newName: $newName) { name } }';
          doing.push(quietly(server.data(mutation, { name: collection, newName })));
        } else if (chance(0.25)) {
          const variables = { collection, imageIds: [...files[which]!.keys()].filter(() => chance(0.3)) };
          const mutation =
            'mutation ($collection: String!, $imageIds: [ID!]!) { deleteImages(collection: $collection, imageIds: $imageIds) }';
          doing.push(quietly(server.data(mutation, variables)));
        } else {
          await change(which, below(12));
          doing.push(quietly(server.load(folderOf(which), { collection, wait: false })));
        }
      }
      if (chance(0.9)) doing.push(disturb());
      if (chance(0.2)) doing.push(disturb());
      await Promise.all(doing);
      await calm();
      for (const which of touched)
        for (const name of COLLECTIONS[which]!)
          for (const node of nodes) checkPlausible((await shown(node, name)) ?? [], which);

      // Whatever the disturbed loads did, an undisturbed load brings the collection in line with the folder.
      for (const which of touched) {
        const [one, other] = chance(0.5) ? [nodes[0]!, nodes[1]!] : [nodes[1]!, nodes[0]!];
        const there = await namesOf(which);
        const [kept = COLLECTIONS[which]![named[which]!]!, second] = chance(0.5) ? there : there.reverse();
        for (const collection of second === undefined ? [kept] : [kept, second]) {
          const done = await one.server.load(folderOf(which), { collection });
          expect(done).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
          for (const node of [other, one]) checkExact(await shown(node, collection), files[which]!);
        }
        if (second !== undefined) {
          await dropping(other, second);
          for (const node of nodes) expect(await shown(node, second)).toBeNull();
        }
        named[which] = kept === COLLECTIONS[which]![0] ? 0 : 1;
      }
    }
    const report = await nodes[0]!.server.data<{ repairCollections: { collection: string; upserted: number }[] }>(
      'mutation { repairCollections { collection upserted } }',
    );
    // No image was missing in the index; only entries of removed versions may have remained.
    for (const { upserted } of report.repairCollections) expect(upserted).toBe(0);
  });
});
