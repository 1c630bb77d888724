import 'reflect-metadata';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openApp, parseConfig, type App } from '@wentu/composition';
import type { Role } from '@wentu/domain';
import { EVERYBODY, NOBODY, NODE_TYPES, nodeId, ROLE_RIGHTS, type Principal } from '@wentu/session';
import {
  execute,
  GraphQLError,
  getNamedType,
  GraphQLNonNull,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
  parse,
  subscribe,
  validate,
  type ExecutionResult,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql';
import pino from 'pino';
import { createContext } from './graphql/context';
import { RequestLife } from './limits/request-life';
import { SendingBytes } from './limits/sending-bytes';
import { Turns } from './limits/turns';
import { createSchema } from './graphql/schema';
import { addressOf, listen } from './http/listen';
import { createWeb, type Web } from './web';

const SAMPLES = resolve(__dirname, '../../../samples');
/** These routes show no stored data; /graphql with `Accept: text/html` is the GraphiQL page. */
const OPEN_ROUTES = ['GET /healthz', 'GET /readyz', 'GET /session', 'POST /session', 'DELETE /session'];
const PAGES = ['GET /', 'GET /index.html'];

/** What the tests name: things of the collection that a bound principal may use, or of another one. */
interface Things {
  readonly collection: string;
  readonly image: string;
  readonly load: string;
  readonly source: string;
}

let dataDir: string;
let app: App;
let web: Web;
let address: string;
let own: Things;
let foreign: Things;
/** Nothing has these names and ids. */
const UNKNOWN: Things = { collection: 'unknown', image: '999999', load: '999998', source: '999997' };
const secrets = new Map<string, string>();

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-access-'));
  const config = parseConfig({
    ...{ WENTU_DATA_DIR: dataDir, WENTU_SAMPLES: 'off', PORT: '0', WENTU_ALLOW_ANONYMOUS: 'off' },
    WENTU_LOAD_ROOTS: `${SAMPLES}:${dataDir}`,
  });
  const log = pino({ level: 'silent' });
  app = await openApp(config, log);
  web = await createWeb(app, log, dataDir);
  await listen(web.server, 0, '127.0.0.1');
  address = addressOf(web.server, '127.0.0.1');
  [own, foreign] = [await fill('own'), await fill('foreign')];
  const { keys } = app.as(EVERYBODY);
  for (const role of Object.keys(ROLE_RIGHTS) as Role[])
    for (const collections of [null, ['own']]) {
      const name = `${role}${collections ? ' bound' : ''}`;
      const { secret } = await keys.create({ name, role, collections, expiresAt: null, password: null }, null);
      secrets.set(name, secret ?? '');
    }
});
afterAll(async () => {
  await web.close();
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A collection with an image, its load and its source. */
async function fill(collection: string): Promise<Things> {
  const session = app.as(EVERYBODY);
  const folder = await mkdtemp(join(dataDir, 'photos-'));
  await copyFile(join(SAMPLES, 'animals/cat.png'), join(folder, 'a.png'));
  const started = await session.loads.start(collection, folder, {});
  const { id, status } = await session.loads.untilEnded(started, new AbortController().signal);
  expect(status).toBe('SUCCEEDED');
  const found = await session.images.find(collection, 'a.png');
  const [source] = await session.sources.list({ id: found!.image.collectionId }, 1);
  return { collection, image: String(found!.image.id), load: String(id), source: String(source!.id) };
}

const schema = createSchema();
const fields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => [type?.name.toLowerCase() ?? '', field.name, field] as const),
);
type Fields = (typeof fields)[number][2];

/** Fields that need more than the role READ. */
const WRITE = words(`loadJobsConnection loadJob loadJobs folders setImageAttributes findDuplicates cancelFindDuplicates
  loadCollection createUpload loadUpload discardUpload cancelLoad deleteImages deleteMatchingImages allowImages resolveMissing
  createCollection putImages loadAgain retryFailures watchSource removeSource loadProgress`);
const ADMIN =
  words(`keys auditLog modelInstalls createKey rotateKey revokeKey dropCollection renameCollection repairCollections
  removeModel setDefaultModel installModel pauseModelInstall resumeModelInstall cancelModelInstall reencodeCollection dropSpace
  modelInstallChanged`);
/** Fields that a key of some collections may not use, because they are about no collection. */
const UNBOUND = words(`keys auditLog modelInstalls createKey rotateKey revokeKey folders loadCollection createCollection
  removeModel setDefaultModel installModel pauseModelInstall resumeModelInstall cancelModelInstall modelInstallChanged`);

/** What a key of other collections sees of these things: the same as of things that do not exist. */
const ABOUT: Readonly<Record<string, (things: Things) => string>> = {
  collection: ({ collection }) => `{ collection(name: "${collection}") { name } }`,
  node: ({
    image,
    load,
    source,
  }) => `{ a: node(id: "Image:${image}") { id } b: node(id: "LoadJob:${load}") { id } c: node(
    id: "Source:${source}") { id } }`,
  nodes: ({ image, load }) => `{ nodes(ids: ["Image:${image}", "LoadJob:${load}"]) { id } }`,
  loadJob: ({ load }) => `{ loadJob(id: "${load}") { id } }`,
  loadJobs: ({ collection }) => `{ loadJobs(collection: "${collection}") { id } }`,
  loadJobsConnection: ({ collection }) => `{ loadJobsConnection(collection: "${collection}") { edges { cursor } } }`,
  duplicates: ({ collection }) => `{ duplicates(collection: "${collection}") { totalCount } }`,
  facets: ({ collection }) => `{ facets(collection: "${collection}", fields: [TYPE]) { imageCount } }`,
  searchImages: ({ collection }) => `{ searchImages(text: "猫", collection: "${collection}") { distance } }`,
  search: ({ collection, image }) => `{
    a: search(query: { text: "猫" }, collection: "${collection}") { totalCount }
    b: search(query: { text: "猫" }, collections: ["own", "${collection}"]) { totalCount }
    c: search(query: { image: "Image:${image}" }, collection: "own") { totalCount }
    d: search(query: { text: "猫" }, collection: "${collection}", match: WORDS) { totalCount } }`,
  explainText: ({ collection }) => `{ explainText(text: "猫", collection: "${collection}") { understood } }`,
  image: ({ collection }) => `{ image(imageId: "a.png", collection: "${collection}") { id } }`,
  rankTexts: ({ collection }) => `{ rankTexts(texts: ["猫"], imageId: "a.png", collection: "${collection}") { text } }`,
  setImageAttributes: ({ collection }) =>
    `mutation { setImageAttributes(collection: "${collection}", changes: [{ imageId: "a.png" }]) { status } }`,
  findDuplicates: ({ collection }) => `mutation { findDuplicates(collection: "${collection}") { status } }`,
  cancelFindDuplicates: ({ collection }) => `mutation { cancelFindDuplicates(collection: "${collection}") { status } }`,
  createUpload: ({ collection }) => `mutation { createUpload(collection: "${collection}") { id } }`,
  loadUpload: ({ collection }) =>
    `mutation { loadUpload(id: "${'0'.repeat(32)}", collection: "${collection}") { id } }`,
  cancelLoad: ({ load }) => `mutation { cancelLoad(id: "${load}") { id } }`,
  deleteImages: ({ collection }) => `mutation { deleteImages(collection: "${collection}", imageIds: ["a.png"]) }`,
  deleteMatchingImages: ({ collection }) =>
    `mutation { deleteMatchingImages(collection: "${collection}", filter: { mimeType: ["image/png"] }, expectedCount: 1) }`,
  allowImages: ({ collection }) => `mutation { allowImages(collection: "${collection}", imageIds: ["a.png"]) }`,
  resolveMissing: ({ collection }) =>
    `mutation { resolveMissing(collection: "${collection}", directory: "${SAMPLES}", action: REMOVE) }`,
  dropCollection: ({ collection }) => `mutation { dropCollection(name: "${collection}") }`,
  renameCollection: ({ collection }) => `mutation { renameCollection(name: "${collection}", newName: "x") { name } }`,
  repairCollections: ({ collection }) => `mutation { repairCollections(collection: "${collection}") { collection } }`,
  openModel: ({ collection }) => `mutation { openModel(collection: "${collection}") }`,
  putImages: ({ collection }) =>
    `mutation { putImages(collection: "${collection}", images: [{ imageId: "b", data: "" }]) { status } }`,
  loadAgain: ({ source }) => `mutation { loadAgain(source: "${source}") { id } }`,
  retryFailures: ({ load }) => `mutation { retryFailures(load: "${load}") { id } }`,
  removeSource: ({ source }) => `mutation { removeSource(source: "${source}", expectedCount: 9) }`,
  watchSource: ({ source }) => `mutation { watchSource(source: "${source}", on: true) { id } }`,
  reencodeCollection: ({ collection }) =>
    `mutation { reencodeCollection(collection: "${collection}", model: "wentu-mini") { id } }`,
  dropSpace: ({ collection }) => `mutation { dropSpace(collection: "${collection}", model: "wentu-mini") { name } }`,
  loadProgress: ({ load }) => `subscription { loadProgress(id: "${load}") { id } }`,
};
/** Fields without names and ids: what they list is that of the own collections. */
const LISTS: Readonly<Record<string, string>> = {
  collections: '{ collections { name } }',
  collectionsConnection: '{ collectionsConnection { edges { node { name } } } }',
  loadJobs: '{ loadJobs { collection } }',
  loadJobsConnection: '{ loadJobsConnection { edges { node { collection } } } }',
  models: '{ models { collections } }',
  recommendedModel: '{ recommendedModel { model { collections } } }',
  search: `{ a: search(query: { text: "猫" }, everywhere: true) { collections edges { node { collection } } }
    b: search(query: { text: "猫" }) { collections } }`,
  searchImages: '{ searchImages(text: "猫") { collection } }',
  repairCollections: 'mutation { repairCollections { collection } }',
  facets: '{ facets(fields: [TYPE]) { imageCount } }',
  duplicates: '{ duplicates { totalCount } }',
};
/** Fields that say nothing of collections, and uploads, whose ids are secrets. */
const NEUTRAL = words('serverInfo discardUpload');

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

const roleOf = (name: string): Role => (ADMIN.has(name) ? 'ADMIN' : WRITE.has(name) ? 'WRITE' : 'READ');
const principalOf = (role: Role, collections: Principal['collections'] = null): Principal => ({
  ...{ name: 'mia', rights: ROLE_RIGHTS[role], collections, keyId: null },
});
const bound = async (role: Role): Promise<Principal> => {
  const { id } = (await app.as(EVERYBODY).collections.find('own'))!;
  return principalOf(role, new Set([id]));
};

/** The answer of an operation; for a subscription its first one. */
async function run(principal: Principal, text: string): Promise<ExecutionResult> {
  const abort = new AbortController();
  const contextValue = createContext({
    session: app.as(principal),
    life: new RequestLife(abort.signal, () => undefined),
    maxDataBytes: 1_000,
    bytes: new SendingBytes(1_000_000).open(),
    spend: async () => undefined,
    leaveTurn: () => undefined,
    turns: new Turns(),
  });
  const document = parse(text);
  expect([text, validate(schema, document).map(({ message }) => message)]).toEqual([text, []]);
  try {
    if (!text.startsWith('subscription')) return await execute({ schema, document, contextValue });
    const answers = await subscribe({ schema, document, contextValue });
    if (!(Symbol.asyncIterator in answers)) return answers;
    // The watch of all installations has no first state.
    if (text.includes('modelInstallChanged')) return {};
    return await answers.next().then(
      ({ value }) => value as ExecutionResult,
      (error: Error) => ({ errors: [new GraphQLError(error.message, { originalError: error })] }),
    );
  } finally {
    abort.abort();
  }
}

const errorsOf = ({ errors = [] }: ExecutionResult): string[] =>
  errors.map(({ originalError, message }) => `${(originalError as { code?: string } | null)?.code}: ${message}`);

/** A valid value of the type. */
function example(type: GraphQLInputType): string {
  if (type instanceof GraphQLNonNull) return example(type.ofType);
  if (isListType(type)) return `[${example(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const all = Object.values(type.getFields());
    const needed = all.filter((field) => isRequiredInputField(field));
    const given = needed.length > 0 ? needed : all.slice(0, 1);
    return `{ ${given.map((field) => `${field.name}: ${example(field.type)}`).join(', ')} }`;
  }
  if (type.name === 'DateTimeISO') return '"2999-01-01T00:00:00Z"';
  return /^(Int|Float)$/.test(type.name) ? '1' : type.name === 'Boolean' ? 'false' : '"1"';
}

const SEARCH = 'query: { text: "x" }';
/**
 * Fields that read objects of several types by id, and each type needs its own right; and arguments that exclude each
 * other.
 */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  node: NODE_TYPES.map((type) => `id: "${nodeId(type, 1)}"`),
  nodes: NODE_TYPES.map((type) => `ids: ["${nodeId(type, 1)}"]`),
  search: ['', 'collection: "1"', 'collections: ["1"]', 'everywhere: true'].map((where) => `${SEARCH} ${where}`),
};

/** Operations with the field, all of its arguments except deprecated ones, and one field of its type. */
function operations(kind: string, field: GraphQLField<unknown, unknown>): string[] {
  const current = field.args.filter(({ deprecationReason }) => deprecationReason === undefined);
  const args = ARGUMENTS[field.name] ?? [current.map(({ name, type }) => `${name}: ${example(type)}`).join(', ')];
  const selection = isCompositeType(getNamedType(field.type)) ? '{ __typename }' : '';
  return args.map((each) => `${kind} { ${field.name}${each === '' ? '' : `(${each})`} ${selection} }`);
}

test.each(fields)('the %s %s is refused to a client without a key', async (kind, _name, field) => {
  for (const text of operations(kind, field))
    expect([text, errorsOf(await run(NOBODY, text))]).toEqual([text, [expect.stringMatching(/^UNAUTHENTICATED: /)]]);
});

const ORDER: readonly Role[] = ['READ', 'WRITE', 'ADMIN'];
const cases = fields.flatMap(([kind, name, field]) =>
  ORDER.flatMap((role) => [false, true].map((isBound) => [kind, name, role, isBound, field] as const)),
);
test.each(cases)('the %s %s as %s, bound to collections: %s', async (kind, name, role, isBound, field: Fields) => {
  // Objects of several types need several rights: the loads and sources among them need WRITE.
  const texts = operations(kind, field).filter((text) => !/(LoadJob|Source):/.test(text));
  for (const text of texts) {
    const errors = errorsOf(await run(isBound ? await bound(role) : principalOf(role), text)).join('\n');
    if (ORDER.indexOf(role) < ORDER.indexOf(roleOf(name))) expect([text, errors]).toEqual([text, lacking]);
    else if (isBound && UNBOUND.has(name)) expect([text, errors]).toEqual([text, limited]);
    else
      expect([text, errors]).toEqual([text, expect.not.stringMatching(/UNAUTHENTICATED|lacks the right|is bound to/)]);
  }
});
const lacking = expect.stringMatching(/^FORBIDDEN: mia lacks the right/) as string;
const limited = expect.stringMatching(/^FORBIDDEN: the key of mia is bound to some collections/) as string;

test('every field is about a collection, lists own ones, is refused to bound keys, or says nothing of collections', () => {
  const known = new Set([...Object.keys(ABOUT), ...Object.keys(LISTS), ...UNBOUND, ...NEUTRAL]);
  expect(fields.map(([, name]) => name).filter((name) => !known.has(name))).toEqual([]);
});

/** With the names and ids of unknown things, so that answers can be compared. */
function anonymised(result: ExecutionResult): string {
  const text = JSON.stringify([result.data ?? null, errorsOf(result)]);
  return text
    .replaceAll(/foreign|unknown/g, 'X')
    .replaceAll(/(Collection|Image|LoadJob|Source):\d+/g, '$1:N')
    .replaceAll(/\\"\d+\\"/g, '"N"');
}

test.each(Object.entries(ABOUT))(
  'a bound key sees of another collection what is not there: %s',
  async (_name, textOf) => {
    const seen = await run(await bound('ADMIN'), textOf(foreign));
    const missing = await run(await bound('ADMIN'), textOf(UNKNOWN));
    expect(anonymised(seen)).toBe(anonymised(missing));
  },
);

test('nothing of the other collection was changed', async () => {
  const session = app.as(EVERYBODY);
  expect(await session.images.find('foreign', 'a.png')).toMatchObject({ image: { id: Number(foreign.image) } });
  expect(await session.sources.byId(foreign.source)).toMatchObject({ watch: null });
  expect(await session.duplicates.facts('foreign')).toMatchObject({ status: 'NONE' });
});

test.each(Object.entries(LISTS))('a bound key lists its own collections only: %s', async (_name, text) => {
  const answer = JSON.stringify(await run(await bound('ADMIN'), text));
  expect(answer).not.toContain('foreign');
  expect(answer).not.toContain('"errors"');
  const all = JSON.stringify(await run(principalOf('ADMIN'), text));
  if (all.includes('foreign')) expect(answer).toContain('own');
});

test('a bound key uses its own collection', async () => {
  const mia = await bound('WRITE');
  for (const name of ['collection', 'image', 'searchImages', 'node', 'loadJob', 'loadJobs', 'facets', 'rankTexts'])
    expect(anonymised(await run(mia, ABOUT[name]!(own)))).toBe(
      anonymised(await run(principalOf('WRITE'), ABOUT[name]!(own))),
    );
  expect(await run(mia, ABOUT['node']!(own))).toMatchObject({
    data: { a: { id: `Image:${own.image}` }, b: { id: `LoadJob:${own.load}` }, c: { id: `Source:${own.source}` } },
  });
});

/** The routes as `METHOD path`, with values for their parameters. */
function routes(): string[] {
  const found: string[] = [];
  for (const { route } of web.web.router.stack) {
    if (!route) continue;
    const paths: string[] = [route.path].flat();
    // A route for all methods has many more methods.
    const methods = new Set(route.stack.map(({ method }) => method?.toUpperCase() ?? 'ALL'));
    const named = [...methods].filter((name) => /^(GET|POST|PUT|DELETE|PATCH)$/.test(name));
    for (const path of paths)
      for (const method of methods.size > 6 || methods.has('ALL') ? ['GET', 'POST', 'PUT'] : named)
        found.push(`${method} ${path.replace(/[:*]\w+/g, '1')}`);
  }
  return [...new Set(found)].sort();
}

describe('routes', () => {
  const query = '{ collections { name } }';
  /** Status, and code of the error. */
  async function ask(route: string, headers: object): Promise<string> {
    const [method = '', path = '', image] = route.split(' ');
    const url = path === '/graphql' && method === 'GET' ? `${path}?query=${encodeURIComponent(query)}` : path;
    const own = { 'content-type': 'application/json', 'apollo-require-preflight': 'yes' };
    const body = method === 'GET' ? null : JSON.stringify({ query, ids: [image ?? '1'] });
    const response = await fetch(address + url, { method, headers: { ...own, ...headers }, body });
    const text = await response.text();
    const code = /"code":"(\w+)"/.exec(text)?.[1] ?? '';
    return `${response.status} ${code}`.trim();
  }
  const bearer = (name: string): object => ({ authorization: `Bearer ${secrets.get(name) ?? 'wrong'}` });

  test('are all known', () => {
    expect(routes()).toEqual(
      [
        ...[...OPEN_ROUTES, ...PAGES, 'GET /metrics', 'GET /graphql', 'GET /images/1', 'POST /graphql'],
        'POST /remote-picture',
        ...['GET /images/zip/1', 'POST /images/zip'],
        ...['PUT /collections/1/images/1', 'PUT /graphql', 'PUT /uploads/1/1'],
      ].sort(),
    );
  });

  test('are refused to a client without a key, or with a wrong one', async () => {
    const closed = routes().filter((route) => !OPEN_ROUTES.includes(route) && !PAGES.includes(route));
    for (const route of closed) {
      expect([route, await ask(route, {})]).toEqual([route, '401 UNAUTHENTICATED']);
      expect([route, await ask(route, bearer('nobody'))]).toEqual([route, '401 UNAUTHENTICATED']);
      // The password of a proxy in front is no key.
      expect([route, await ask(route, { authorization: 'Basic YTpi' })]).toEqual([route, '401 UNAUTHENTICATED']);
    }
  });

  /** Path of a route, and the answers for READ, WRITE and ADMIN, then for these roles bound to another collection. */
  const TABLE: readonly [route: (things: Things) => string, ...answers: string[]][] = [
    [() => 'GET /metrics', '200', '200', '200', '200', '200', '200'],
    [({ image }) => `GET /images/${image}`, '200', '200', '200', '404', '404', '404'],
    [({ image }) => `GET /images/${image}?width=20`, '200', '200', '200', '404', '404', '404'],
    [({ image }) => `POST /images/zip ${image}`, '201', '201', '201', ...Array<string>(3).fill('404 NOT_FOUND')],
    [() => 'GET /images/zip/unknown', ...Array<string>(6).fill('404 NOT_FOUND')],
    [
      ({ collection }) => `PUT /collections/${collection}/images/b.txt`,
      ...['403 FORBIDDEN', '422 UNSUPPORTED_FORMAT', '422 UNSUPPORTED_FORMAT'],
      ...['403 FORBIDDEN', '404 NOT_FOUND', '404 NOT_FOUND'],
    ],
    [
      () => `PUT /uploads/${'0'.repeat(32)}/a.txt`,
      ...['403 FORBIDDEN', '404 NOT_FOUND', '404 NOT_FOUND', '403 FORBIDDEN', '404 NOT_FOUND', '404 NOT_FOUND'],
    ],
    [() => 'POST /graphql', '200', '200', '200', '200', '200', '200'],
    // Every role may search. Without an address there is nothing to fetch.
    [() => 'POST /remote-picture', ...Array<string>(6).fill('400 INVALID_INPUT')],
  ];
  test.each(TABLE)('%s', async (routeOf, ...answers) => {
    const names = ['READ', 'WRITE', 'ADMIN', 'READ bound', 'WRITE bound', 'ADMIN bound'];
    const got = await Promise.all(names.map((name) => ask(routeOf(foreign), bearer(name))));
    expect([routeOf(foreign), ...got]).toEqual([routeOf(foreign), ...answers]);
  });

  test('pictures of the own collection are private to caches', async () => {
    const response = await fetch(`${address}/images/${own.image}`, { headers: { ...bearer('READ bound') } });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('private, max-age=3600');
    expect(response.headers.get('vary')).toContain('Cookie');
  });

  test('are in no other layer of the router', () => {
    const mounted = web.web.router.stack.filter((layer) => !layer.route).map(({ name }) => name);
    // The other layers: middleware for all routes, the page's files, the answer 404, and the error handler.
    expect(mounted).toHaveLength(10);
  });
});
