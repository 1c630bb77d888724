import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createHostGuard } from './host-guard';

const local = { host: '127.0.0.1', allowedHosts: [], allowedOrigins: [], access: { trustedProxies: [] } };
const behindProxy = { ...local, allowedHosts: ['photos.example'] };

function request(headers: Record<string, string>, hosts = 1): IncomingMessage {
  const made = new IncomingMessage(new Socket());
  made.headers = headers;
  for (let i = 0; i < hosts; i++) made.rawHeaders.push('Host', headers['host'] ?? '');
  return made;
}

test.each([
  ['http://localhost:4000', {}, true],
  ['https://localhost:4000', {}, false],
  ['ftp://localhost:4000', {}, false],
  ['http://localhost:4001', {}, false],
  ['http://localhost:4000', { 'x-forwarded-proto': 'https' }, false],
])('without a proxy a page of %s with %j: %s', (origin, headers, isAllowed) => {
  const guard = createHostGuard(local);
  expect(guard.refuses(request({ host: 'localhost:4000', origin, ...headers })) === null).toBe(isAllowed);
});

test.each([
  ['https://photos.example', { 'x-forwarded-proto': 'https' }, true],
  ['https://photos.example', { 'x-forwarded-proto': 'https, http' }, true],
  ['http://photos.example', { 'x-forwarded-proto': 'https' }, false],
  // A proxy that does not say whether it has TLS.
  ['https://photos.example', {}, true],
  ['http://photos.example', {}, true],
  ['chrome-extension://photos.example', {}, false],
])('behind a proxy a page of %s with %j: %s', (origin, headers, isAllowed) => {
  const guard = createHostGuard(behindProxy);
  expect(guard.refuses(request({ host: 'photos.example', origin, ...headers })) === null).toBe(isAllowed);
});

test('several Host headers are refused', () => {
  const guard = createHostGuard(local);
  expect(guard.refuses(request({ host: 'localhost:4000' }))).toBeNull();
  expect(guard.refuses(request({ host: 'localhost:4000' }, 2))).toContain('several Host headers');
});
