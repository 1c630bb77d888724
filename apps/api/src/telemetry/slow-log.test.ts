import { Writable } from 'node:stream';
import { createLogger } from './logger';
import { RequestTrace } from './request-trace';
import { createSlowLog } from './slow-log';

let lines: Record<string, unknown>[];
const to = new Writable({
  write(chunk: Buffer, _encoding, done) {
    lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
    done();
  },
});
beforeEach(() => (lines = []));

/** A finished request that took so long. */
function request(ms: number, route = '/graphql', operations: string[] = ['query search']): RequestTrace {
  const trace = new RequestTrace('r', route);
  for (const each of operations) {
    const [kind = '', field = ''] = each.split(' ');
    trace.noteOperation(kind, [field]);
  }
  trace.record('rows.images.get', trace.startMs, trace.startMs + 30);
  trace.record('index.search', trace.startMs + 30, trace.startMs + 40);
  trace.end();
  trace.endMs = trace.startMs + ms;
  return trace;
}

test('a request above the limit is one line with its stages and its longest step', () => {
  const log = createSlowLog(createLogger('info', to), 50);
  log(request(49));
  log(request(60));
  expect(lines).toMatchObject([
    {
      ...{ route: '/graphql', operations: ['query search'], ms: 60, calls: 2 },
      stages: { rows: 30, index: 10, other: 20, waiting: 0 },
      slowest: { step: 'rows.images.get', ms: 30 },
    },
  ]);
});

test('changes and uploads, which wait for others, are no slow requests, nor is anything with 0', () => {
  const log = createSlowLog(createLogger('info', to), 50);
  log(request(900, '/graphql', ['mutation loadCollection']));
  log(request(900, '/uploads/:id', []));
  createSlowLog(createLogger('info', to), 0)(request(900));
  expect(lines).toEqual([]);
  log(request(900, '/images/:id', []));
  expect(lines).toHaveLength(1);
});

test('at most 60 lines a minute are written', () => {
  const log = createSlowLog(createLogger('info', to), 50);
  for (let i = 0; i < 200; i++) log(request(60));
  expect(lines.length).toBeGreaterThanOrEqual(60);
  // A new minute may begin meanwhile.
  expect(lines.length).toBeLessThanOrEqual(120);
});
