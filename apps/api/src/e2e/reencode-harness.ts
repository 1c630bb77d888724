import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseConfig } from '@wentu/composition';
import { openModelStore } from '@wentu/composition/model-store';
import { JOB, TestServer, type Hit, type Job } from './harness';
import { picture } from './pictures';

/** A 3-d model with a vocabulary of three words; the vector of a picture is its mean colour. */
export const TINY = resolve(__dirname, '../../../../libs/encoder/fixtures/tiny-model');
/** The shipped model, and TINY. */
export const MODELS = ['wentu-mini', 'tiny'] as const;
/** Models of random weights in these layouts: the folder of fixtures of each. */
const LAYOUTS = { 'chinese-clip': 'hub-model', immich: 'tower-models/immich-xlmr' };
export type Model = (typeof MODELS)[number] | keyof typeof LAYOUTS;
/** A word that both models know. */
export const WORD = '红';

export interface Space {
  readonly model: string;
  readonly imageCount: number;
  readonly missingCount: number;
  readonly isActive: boolean;
}

export interface ReencodeJob extends Job {
  readonly kind: string;
  readonly model: string | null;
}

/** Whether a list of hits is the answer of one model, and of which one. */
export class Answers {
  private constructor(private readonly distances: ReadonlyMap<Model, ReadonlyMap<number, number>>) {}

  /** Learns the distance of each content from collections that loads of each model have made. */
  static async of(server: TestServer, collections: ReadonlyMap<Model, string>): Promise<Answers> {
    const distances = new Map<Model, Map<number, number>>();
    for (const [model, collection] of collections) {
      const hits = await server.search(WORD, collection, 1_000);
      distances.set(model, new Map(hits.map(({ image, distance }) => [contentOf(image.imageId), distance])));
    }
    return new Answers(distances);
  }

  /** @param contents the contents that each file may have @throws when the hits are not the answer of one model */
  modelOf(hits: readonly Hit[], contents: (imageId: string) => Iterable<number> = (id) => [contentOf(id)]): Model {
    const fits = (model: Model): boolean =>
      hits.every(({ image, distance }) =>
        [...contents(image.imageId)].some(
          (content) => Math.abs((this.distances.get(model)?.get(content) as number) - distance) < 1e-4,
        ),
      );
    const fitting = [...this.distances.keys()].filter(fits);
    if (fitting.length === 1) return fitting[0] as Model;
    const shown = hits.map(({ image, distance }) => `${image.imageId} ${distance}`).join(', ');
    throw new Error(`the answer fits ${fitting.length} models: ${shown}`);
  }
}

/** Compares collections with what they must hold. */
export class Contents {
  constructor(
    private readonly server: TestServer,
    private readonly answers: Answers,
  ) {}

  /** Expects that the collection is searched with this model, and holds exactly these images with these contents. */
  async expect(collection: string, model: Model, contents: ReadonlyMap<string, number>): Promise<void> {
    const hits = await this.server.search(WORD, collection, 1_000);
    expect(hits.map(({ image }) => image.imageId).sort()).toEqual([...contents.keys()].sort());
    expect(this.answers.modelOf(hits, (imageId) => [contents.get(imageId) as number])).toBe(model);
  }

  async expectModel(collection: string, model: Model): Promise<void> {
    expect(this.answers.modelOf(await this.server.search(WORD, collection, 1_000))).toBe(model);
  }
}

/** The number in the name of a file. */
function contentOf(imageId: string): number {
  return Number(/\d+/.exec(imageId)?.[0]);
}

/** Writes pictures `c0.png`, `c1.png` … of these contents. @param prefix of the names, `c` by default */
export async function writeContents(folder: string, from: number, to: number, prefix = 'c'): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = from; i < to; i++) await writeFile(join(folder, `${prefix}${i}.png`), await picture(i));
}

/** Installs atomically, as a real installation does. */
export async function installTiny(server: TestServer, dataDir = server.dataDir): Promise<void> {
  const folder = join(dataDir, 'models');
  await mkdir(folder, { recursive: true });
  // On the same disk, so that the rename is atomic.
  const made = await mkdtemp(join(folder, '.made-'));
  await cp(TINY, join(made, 'tiny'), { recursive: true });
  await rename(join(made, 'tiny'), join(folder, 'tiny'));
  await rm(made, { recursive: true });
}

/**
 * A server with wentu-mini as its own model and TINY installed, and the answers of both for the contents of a folder,
 * learned from loads of each model.
 */
export async function startWithBoth(
  folder: string,
  env: Record<string, string> = {},
  change?: Parameters<typeof TestServer.prepare>[1],
): Promise<{ server: TestServer; answers: Answers }> {
  const server = await TestServer.prepare({ ...env, WENTU_MODEL: TINY }, change);
  await server.restart();
  await server.load(folder, { collection: 'ref-tiny' });
  await server.kill('SIGTERM');
  delete server.env['WENTU_MODEL'];
  await installTiny(server);
  await server.restart();
  await server.load(folder, { collection: 'ref-mini' });
  const collections = new Map<Model, string>([
    ['wentu-mini', 'ref-mini'],
    ['tiny', 'ref-tiny'],
  ]);
  return { server, answers: await Answers.of(server, collections) };
}

/** A server with wentu-mini as its own model and those of LAYOUTS, and the answers of all, as `startWithBoth`. */
export async function startWithLayouts(folder: string): Promise<{ server: TestServer; answers: Answers }> {
  const server = await TestServer.prepare();
  const collections = new Map<Model, string>([['wentu-mini', 'ref-mini']]);
  for (const [name, fixture] of Object.entries(LAYOUTS)) {
    const config = parseConfig({ WENTU_DATA_DIR: server.dataDir });
    await openModelStore(config).add(resolve(TINY, '..', fixture), { name, access: config.hub });
    server.env['WENTU_MODEL'] = name;
    await server.restart();
    await server.load(folder, { collection: `ref-${name}` });
    await server.kill('SIGTERM');
    collections.set(name as Model, `ref-${name}`);
  }
  delete server.env['WENTU_MODEL'];
  await server.restart();
  await server.load(folder, { collection: 'ref-mini' });
  return { server, answers: await Answers.of(server, collections) };
}

export async function reencode(
  server: TestServer,
  model: Model,
  { collection = 'c', hideUnreadable = false, wait = true } = {},
): Promise<ReencodeJob> {
  const { reencodeCollection } = await server.data<{ reencodeCollection: ReencodeJob }>(
    `mutation ($collection: String!, $model: String!, $hideUnreadable: Boolean!, $wait: Boolean!) {
      reencodeCollection(collection: $collection, model: $model, hideUnreadable: $hideUnreadable, wait: $wait) { kind model ${JOB} }
    }`,
    { collection, model, hideUnreadable, wait },
  );
  return reencodeCollection;
}

export async function spacesOf(server: TestServer, collection = 'c'): Promise<Space[]> {
  const query = `query ($name: String!) { collection(name: $name) { spaces { model imageCount missingCount isActive } } }`;
  return (await server.data<{ collection: { spaces: Space[] } }>(query, { name: collection })).collection.spaces;
}

/** The code of the refusal of dropSpace; null when the space was dropped. */
export async function dropSpace(server: TestServer, model: Model, collection = 'c'): Promise<string | null> {
  const drop = `mutation ($collection: String!, $model: String!) { dropSpace(collection: $collection, model: $model) { id } }`;
  return (await server.graphql(drop, { collection, model })).errors?.[0]?.extensions.code ?? null;
}
