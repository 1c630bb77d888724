import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { isActive, TestServer } from './harness';
import { picture, writeTree } from './pictures';
import { problemsOf, readExposition, type Exposed } from './promql';

const DASHBOARD = resolve(__dirname, '../../../../docker/monitoring/wentu-dashboard.json');
/** A text that is nowhere else. */
const SECRET_TEXT = '山顶上的一只紫色独角兽';
const SECRET_KEY = 'kEy-9f3a71c0';
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

let server: TestServer;
let collector: Server;
let folder: string;
const received: OtlpRequest[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => {
    void json(request).then((body) => {
      received.push(body as OtlpRequest);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  folder = await mkdtemp(join(tmpdir(), 'wentu-watching-'));
  await writeTree(folder, { '私密文件夹/a.png': await picture(1, 900), 'b.png': await picture(2), 'no.png': 'broken' });
  server = await TestServer.start({
    WENTU_LOG_LEVEL: 'debug',
    WENTU_SLOW_MS: '1',
    WENTU_READ_WORDS: 'on',
    HF_TOKEN: SECRET_KEY,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${SECRET_KEY}`,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_SERVICE_NAME: 'wentu-in-a-test',
  });
  await useServer();
});

afterAll(async () => {
  await server.close();
  collector.closeAllConnections();
  collector.close();
  await rm(folder, { recursive: true, force: true });
});

/** A session with all kinds of requests. */
async function useServer(): Promise<void> {
  await server.load(folder);
  const [first] = await server.search(SECRET_TEXT);
  await server.search(SECRET_TEXT);
  for (const width of [100, 100]) await fetch(`${server.address}${first!.image.url}?width=${width}`);
  await fetch(server.address + '/');
  await ask('{ collection(name: "default") { images(first: 5) { imageId } } }');
  await ask('{ serverInfo { version } }');
  await ask(`{ search(query: { text: "${SECRET_TEXT}" }, collection: "${SECRET_TEXT}", first: 1) { totalCount } }`);
  await ask(`{ search(query: { text: "${SECRET_TEXT}" }, match: AUTO, first: 1) { edges { node { similarity } } } }`);
  await subscribe();
  await untilWordsAreRead();
}

async function ask(query: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${server.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
}

/** One subscription that ends, and a query over the same socket. */
async function subscribe(): Promise<void> {
  const client = createClient({ url: `ws://127.0.0.1:${server.port}/graphql`, webSocketImpl: WebSocket });
  const job = await server.load(folder, { collection: 'second', wait: false });
  const query = `subscription { loadProgress(id: "${job.id}") { status } }`;
  for await (const { data } of client.iterate<{ loadProgress: { status: string } }>({ query }))
    if (data && !isActive(data.loadProgress)) break;
  for await (const { errors } of client.iterate({ query: '{ serverInfo { version } }' }))
    expect(errors).toBe(undefined);
  await client.dispose();
}

async function untilWordsAreRead(): Promise<void> {
  while (!(await metrics()).series.has('wentu_pass_images_total')) await sleep(200);
}

async function metrics(): Promise<Exposed> {
  // A thread sends its measurements four times a second.
  await sleep(300);
  return readExposition(await (await fetch(`${server.address}/metrics`)).text());
}

test('every query of the dashboard is PromQL and reads metrics and labels that the server has', async () => {
  const exposed = await metrics();
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as {
    panels: { title: string; targets?: { expr: string; legendFormat: string }[] }[];
  };
  const targets = panels.flatMap(({ title, targets: all = [] }) => all.map((target) => ({ title, ...target })));
  expect(targets.length).toBeGreaterThan(30);
  const problems = targets.flatMap(({ title, expr }) => problemsOf(expr, exposed).map((each) => `${title}: ${each}`));
  expect(problems).toEqual([]);
  // The check finds mistakes.
  expect(problemsOf('rate(wentu_no_such_total[1m])', exposed)).toContain('wentu_no_such_total is not exposed');
  expect(problemsOf('sum by (colour) (wentu_info)', exposed)).toEqual(['by (colour): no metric of the query has it']);
  expect(problemsOf('rate(wentu_info[1m)', exposed)).not.toEqual([]);
});

test('operations are measured by fields of the schema, never by names that clients choose', async () => {
  await ask('query Chosen { mine: serverInfo { version } other: collections { name } }');
  await ask('query Chosen2 { alias: serverInfo { version } }');
  await ask('{ nothing }');
  const { series } = await metrics();
  const operations = series.get('wentu_graphql_operation_duration_seconds_count') ?? [];
  const fields = new Set(operations.map(({ field }) => field));
  expect([...fields].sort()).toEqual(
    expect.arrayContaining([
      'collection',
      'invalid',
      'loadCollection',
      'search',
      'searchImages',
      'several',
      'serverInfo',
    ]),
  );
  for (const values of series.values())
    for (const labels of values) expect(JSON.stringify(labels)).not.toMatch(/Chosen|alias|mine|紫色/);
  expect(series.get('wentu_graphql_errors_total')).toContainEqual({
    ...{ operation: 'query', field: 'search', code: 'NOT_FOUND' },
  });
});

test('a request has an id: the one of its header if that is well-formed, else a new one', async () => {
  const given = await ask('{ search(query: { text: "x" }, collection: "none", first: 1) { totalCount } }', {
    'x-request-id': 'proxy-17:a',
  });
  expect(given.headers.get('x-request-id')).toBe('proxy-17:a');
  expect(await given.json()).toMatchObject({
    errors: [{ extensions: { code: 'NOT_FOUND', requestId: 'proxy-17:a' } }],
  });
  for (const bad of ['', 'a b', 'x'.repeat(65), '{"level":60}']) {
    const made = await ask('{ serverInfo { version } }', { 'x-request-id': bad });
    expect(made.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  }
  const route = await fetch(`${server.address}/uploads/none/x.png`, { method: 'PUT', body: 'x' });
  const { errors } = (await route.json()) as { errors: { extensions: { requestId: string } }[] };
  expect(errors[0]?.extensions.requestId).toBe(route.headers.get('x-request-id'));
});

/** The complete lines of the log as objects. */
function logLines(): Record<string, unknown>[] {
  const complete = server.log.split('\n').slice(0, -1);
  return complete.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a slow request is logged with the time of each stage, and each request at debug', async () => {
  await ask(`{ search(query: { text: "${SECRET_TEXT}的" }, first: 1) { edges { node { similarity } } } }`, {
    'x-request-id': 'slow-one',
  });
  const linesOf = (): Record<string, unknown>[] => logLines().filter(({ requestId }) => requestId === 'slow-one');
  // The lines come after the answer.
  while (linesOf().length < 2) await sleep(20);
  const lines = linesOf();
  const slow = lines.find(({ msg }) => msg === 'slow request') as Record<string, never>;
  expect(slow).toMatchObject({ route: '/graphql', operations: ['query search'], level: 40 });
  const stages = slow['stages'] as unknown as Record<string, number>;
  const { receiving, waiting, encoding, index, rows, pictures, sending } = stages;
  expect(encoding).toBeGreaterThan(0);
  expect(index).toBeGreaterThan(0);
  expect(rows).toBeGreaterThan(0);
  expect(pictures).toBe(0);
  expect([receiving, waiting, sending]).not.toContain(0);
  // Steps may overlap, and each is rounded.
  const sum = Object.values(stages).reduce((total, ms) => total + ms);
  expect(sum).toBeGreaterThanOrEqual(Number(slow['ms']) - 2);
  expect(lines.find(({ msg }) => msg === 'request')).toMatchObject({ method: 'POST', status: '200' });
});

test('the log of the session has no text, name, path or secret', () => {
  expect(logLines().length).toBeGreaterThan(20);
  expect(server.log).not.toContain('紫色');
  expect(server.log).not.toContain('私密文件夹');
  expect(server.log).not.toContain(folder);
  expect(server.log).not.toContain(SECRET_KEY);
  expect(server.log).not.toContain('data:image');
});

test('traces lead from the operation through threads to encoder, index and rows, below the span of the caller', async () => {
  await ask(`{ search(query: { text: "${SECRET_TEXT}了" }, first: 1) { edges { node { similarity } } } }`, {
    traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
  });
  const ours = (): OtlpSpan[] =>
    received
      .flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      )
      .filter(({ traceId }) => traceId === TRACE_ID);
  while (ours().length === 0) await sleep(50);
  const spans = ours();
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const above = (name: string): string[] => {
    const names: string[] = [];
    let span = spans.find((each) => each.name === name);
    while (span) {
      names.push(span.name);
      span = byId.get(span.parentSpanId ?? '');
    }
    return names;
  };
  expect(above('encoding.run')).toEqual(['encoding.run', 'encoding.texts', 'query search']);
  expect(above('wait.index')).toEqual(['wait.index', 'index.search', 'query search']);
  expect(above('rows.images.getEmbedded')).toEqual(['rows.images.getEmbedded', 'query search']);
  const root = spans.find(({ name }) => name === 'query search');
  expect(root?.parentSpanId).toBe('00f067aa0ba902b7');
  for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
    expect(BigInt(startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root!.startTimeUnixNano) - 1_000_000n);
    expect(BigInt(endTimeUnixNano)).toBeLessThanOrEqual(BigInt(root!.endTimeUnixNano) + 1_000_000n);
  }
  const sent = JSON.stringify(received);
  expect(sent).toContain('wentu-in-a-test');
  expect(sent).not.toContain('紫色');
  expect(sent).not.toContain(folder);
});
