import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApp, parseConfig, type App } from '@wentu/composition';
import { EVERYBODY, NODE_TYPES, nodeId, type Principal } from '@wentu/session';
import {
  execute,
  getNamedType,
  GraphQLNonNull,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
  parse,
  subscribe,
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

jest.setTimeout(60_000);

const NOBODY: Principal = { name: null, rights: new Set() };
/** These routes show no stored data; /graphql with `Accept: text/html` is the GraphiQL page. */
const OPEN_ROUTES = ['GET /healthz', 'GET /readyz', 'GET /metrics', 'GET /', 'GET /index.html'];

let dataDir: string;
let app: App;
let web: Web;
let address: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-access-'));
  const config = parseConfig({ WENTU_DATA_DIR: dataDir, WENTU_SAMPLES: 'off', PORT: '0' });
  const log = pino({ level: 'silent' });
  app = await openApp(config, log);
  const principalOf = ({ headers }: IncomingMessage): Principal => (headers['x-somebody'] ? EVERYBODY : NOBODY);
  web = await createWeb(app, log, dataDir, principalOf);
  await listen(web.server, 0, '127.0.0.1');
  address = addressOf(web.server, '127.0.0.1');
});
afterAll(async () => {
  await web.close();
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

const schema = createSchema();
const fields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => [type?.name.toLowerCase() ?? '', field.name, field] as const),
);

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

test.each(fields)('the %s %s is refused to a principal without rights', async (kind, _name, field) => {
  for (const text of operations(kind, field)) {
    const contextValue = createContext({
      session: app.as(NOBODY),
      life: new RequestLife(new AbortController().signal, () => undefined),
      maxDataBytes: 1_000,
      bytes: new SendingBytes(1_000_000).open(),
      spend: async () => undefined,
      leaveTurn: () => undefined,
      turns: new Turns(),
    });
    const run = kind === 'subscription' ? subscribe : execute;
    const { errors } = (await run({ schema, document: parse(text), contextValue })) as ExecutionResult;
    expect([text, errors?.map(({ originalError }) => originalError)]).toMatchObject([
      text,
      [{ code: 'UNAUTHENTICATED' }],
    ]);
  }
});

/** The routes as `METHOD path`, with values for their parameters. */
function routes(): string[] {
  const found: string[] = [];
  for (const { route } of web.web.router.stack) {
    if (!route) continue;
    const paths: string[] = [route.path].flat();
    // A route for all methods has many more methods.
    const methods = route.stack
      .map(({ method }) => method.toUpperCase())
      .filter((name) => /^(GET|POST|PUT)$/.test(name));
    for (const path of paths) for (const method of methods) found.push(`${method} ${path.replace(/[:*]\w+/g, '1')}`);
  }
  return [...new Set(found)].sort();
}

test('every route that touches data is refused to a principal without rights', async () => {
  const closed = routes().filter((route) => !OPEN_ROUTES.includes(route));
  expect(closed).toEqual([
    ...['GET /graphql', 'GET /images/1', 'POST /graphql'],
    ...['PUT /collections/1/images/1', 'PUT /graphql', 'PUT /uploads/1/1'],
  ]);
  // Apollo answers 405 to PUT.
  for (const route of closed.filter((each) => each !== 'PUT /graphql')) {
    const [method = '', path = ''] = route.split(' ');
    const query = '{ collections { name } }';
    const url = path === '/graphql' && method === 'GET' ? `${path}?query=${encodeURIComponent(query)}` : path;
    const headers = { 'content-type': 'application/json', 'apollo-require-preflight': 'yes' };
    const ask = async (more: object): Promise<unknown> => {
      const body = method === 'GET' ? null : JSON.stringify({ query });
      const response = await fetch(address + url, { method, headers: { ...headers, ...more }, body });
      return ((await response.json()) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;
    };
    expect([route, await ask({})]).toEqual([route, 'UNAUTHENTICATED']);
    // Only the missing right causes the error.
    expect([route, await ask({ 'x-somebody': 'yes' })]).not.toEqual([route, 'UNAUTHENTICATED']);
  }
});

test('no other layer of the router has routes', () => {
  const mounted = web.web.router.stack.filter((layer) => !layer.route).map(({ name }) => name);
  // The other layers: middleware for all routes, the page's files, the answer 404, and the error handler.
  expect(mounted).toHaveLength(8);
});
