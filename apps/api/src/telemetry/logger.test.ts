import { Writable } from 'node:stream';
import { inTrace, Trace } from '@wentu/telemetry';
import { createLogger } from './logger';

let lines: Record<string, unknown>[];
const to = new Writable({
  write(chunk: Buffer, _encoding, done) {
    lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
    done();
  },
});
beforeEach(() => (lines = []));

test('an error is logged with its causes, but without the statement and the values that a driver adds', () => {
  const cause = Object.assign(new Error('deadlock'), {
    ...{ code: 'ER_LOCK_DEADLOCK', sql: "INSERT INTO x VALUES ('秘密')", query: 'INSERT', parameters: ['秘密'] },
  });
  createLogger('info', to).error({ err: new TypeError('it failed', { cause }) }, 'a bug');
  expect(lines[0]).toMatchObject({
    msg: 'a bug',
    err: { type: 'TypeError', message: 'it failed', cause: { code: 'ER_LOCK_DEADLOCK', message: 'deadlock' } },
  });
  expect(JSON.stringify(lines)).not.toMatch(/秘密|INSERT/);
  expect((lines[0]?.['err'] as { stack: string }).stack).toContain('logger.test');
});

test('lines about a request have its id, other lines have none', () => {
  const log = createLogger('info', to);
  inTrace(new Trace('abc'), () => log.info('inside'));
  log.info('outside');
  expect(lines).toMatchObject([{ msg: 'inside', requestId: 'abc' }, { msg: 'outside' }]);
  expect(lines[1]).not.toHaveProperty('requestId');
});
