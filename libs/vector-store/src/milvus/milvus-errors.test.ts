import type { WentuError } from '@wentu/domain';
import { checkResponse, failureOf } from './milvus-errors';

const names = { address: 'h:1', method: 'Search', index: 'w_1' };

// Answers of milvus 2.3.5 and milvus-lite 3.2.2.
test.each([
  [
    { error_code: 'CollectionNotExists', code: 100, reason: 'collection not found[database=default]' },
    'NOT_FOUND',
    false,
  ],
  [{ error_code: 'UnexpectedError', code: 100, reason: "can't find collection" }, 'NOT_FOUND', false],
  [{ error_code: 'UnexpectedError', code: 101, reason: 'collection not loaded' }, 'UNAVAILABLE', true],
  [{ error_code: 101, code: 101, reason: "is in state 'released'" }, 'UNAVAILABLE', true],
  [{ error_code: 'RateLimit', code: 8, reason: 'request is rejected' }, 'UNAVAILABLE', true],
  [{ error_code: 'UnexpectedError', code: 1, retriable: true, reason: 'service not ready' }, 'UNAVAILABLE', true],
  [{ error_code: 'UnexpectedError', code: 503, reason: 'channel not available' }, 'UNAVAILABLE', true],
  [{ error_code: 'UnexpectedError', code: 800, reason: 'database not found' }, 'UNAVAILABLE', false],
  [{ error_code: 'UnexpectedError', code: 65535, reason: 'database:nowhere not found' }, 'UNAVAILABLE', false],
  [{ error_code: 'PermissionDenied', code: 1401, reason: 'no' }, 'UNAVAILABLE', false],
  [{ error_code: 'UnexpectedError', code: 65535, reason: 'the length(3) should divide the dim(4)' }, undefined, false],
  [{ error_code: 'Success', code: 1, reason: 'operands could not be broadcast' }, undefined, false],
  [{ error_code: 6, code: 6, reason: 'expected dim 4' }, undefined, false],
])('%j is %s', (status, code, retryable) => {
  for (const response of [{ status }, status]) {
    let failure;
    try {
      checkResponse(response);
    } catch (error) {
      failure = failureOf(error, names);
    }
    expect(failure).toMatchObject({ retryable });
    expect((failure?.error as { code?: string }).code).toBe(code);
    expect((failure?.error.cause as Error).message).toContain(status.reason);
    // The SDK throws the bare status of some calls.
    expect((failureOf(response, names).error as { code?: string }).code).toBe(code);
  }
});

test.each([
  [4, 'Deadline exceeded', 'UNAVAILABLE', false],
  [8, 'message larger than max', 'UNAVAILABLE', true],
  [12, 'unknown method', 'UNAVAILABLE', false],
  [13, 'Received RST_STREAM with code 2 (ECONNRESET)', 'UNAVAILABLE', true],
  [13, 'Request message serialization failure: .data: array expected', undefined, false],
  [14, 'No connection established', 'UNAVAILABLE', true],
  [16, 'auth check failure', 'UNAVAILABLE', false],
  [3, 'bad argument', undefined, false],
])('gRPC status %i, %s, is %s', (grpc, details, code, retryable) => {
  const cause = Object.assign(new Error(`${grpc} ${details}`), { code: grpc, details });
  const failure = failureOf(cause, names);
  expect(failure.retryable).toBe(retryable);
  expect((failure.error as { code?: string }).code).toBe(code);
  expect(failure.error.cause).toBe(cause);
});

test('both forms of success are accepted; an answer without a status is a failure', () => {
  checkResponse({ status: { error_code: 'Success', code: 0 } });
  checkResponse({ error_code: 'Success' });
  for (const answer of [{}, null, undefined, 'ok', { status: null }]) expect(() => checkResponse(answer)).toThrow();
});

test('the error for refused credentials names the setting', () => {
  const cause = Object.assign(new Error('16 UNAUTHENTICATED'), { code: 16 });
  expect(failureOf(cause, names).error.message).toContain('MILVUS_TOKEN');
});

test('the public message contains neither the address of Milvus nor its message; the full message does', () => {
  const grpc = Object.assign(new Error('x'), { code: 14, details: 'connect ECONNREFUSED 10.0.0.5:19530' });
  const refusal = { error_code: 'RateLimit', code: 9, reason: 'quota of 10.0.0.5' };
  for (const thrown of [grpc, refusal]) {
    const error = failureOf(thrown, { ...names, address: 'milvus.internal:19530' }).error as WentuError;
    expect(error.message).toContain('milvus.internal:19530');
    expect(error.publicMessage).toMatch(/^the vector store \(VECTOR_STORE\) /);
    expect(error.publicMessage).not.toMatch(/internal|10\.0/);
  }
});
