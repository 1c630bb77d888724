import 'reflect-metadata';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openApp, parseConfig, type App } from '@wentu/composition';
import { EVERYBODY, type MadeKey } from '@wentu/session';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import pino from 'pino';
import { WebSocket } from 'ws';
import { checkStart } from './access/check-start';
import { CSRF_HEADER } from './http/callers';
import { addressOf, listen } from './http/listen';
import { startServer, type RunningServer } from './server';

const ROOT = resolve(__dirname, '../../..');
const ADMIN_KEY = 'an-admin-key-of-the-settings-0123456789';
const log = pino({ level: 'silent' });
const QUERY = '{ collections { name } }';
const DROP = 'mutation { dropCollection(name: "nothing") }';

let dataDir: string;
let app: App;
let server: RunningServer;
let address: string;
let provider: Server;
let sign: (claims: JWTPayload, expires?: string, audience?: string) => Promise<string>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-sign-in-'));
  const [rsa, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  const jwk = { ...(await exportJWK(rsa.publicKey)), kid: 'one', alg: 'RS256' };
  provider = createServer((_request, response) => void response.end(JSON.stringify({ keys: [jwk] })));
  await listen(provider, 0, '127.0.0.1');
  const issuer = addressOf(provider, '127.0.0.1');
  sign = async (claims, expires = '5m', audience = 'wentu') =>
    await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime(expires)
      .sign(claims['forged'] === true ? other.privateKey : rsa.privateKey);
  const config = parseConfig({
    ...{ WENTU_DATA_DIR: dataDir, WENTU_SAMPLES: 'off', WENTU_READ_WORDS: 'off', PORT: '0' },
    ...{ WENTU_ALLOW_ANONYMOUS: 'off', WENTU_ADMIN_KEY: ADMIN_KEY, WENTU_LOAD_ROOTS: dataDir },
    ...{ WENTU_TRUSTED_PROXIES: '127.0.0.1', WENTU_JWKS_URL: issuer },
    ...{ WENTU_JWT_ISSUER: issuer, WENTU_JWT_AUDIENCE: 'wentu' },
  });
  app = await openApp(config, log);
  server = await startServer(app, log, join(ROOT, 'apps/web/dist'));
  address = server.address;
  const photos = join(dataDir, 'photos');
  await mkdir(photos);
  await copyFile(join(ROOT, 'samples/animals/cat.png'), join(photos, 'cat.png'));
  const { loads } = app.as(EVERYBODY);
  await loads.untilEnded(await loads.start('pets', photos, {}), new AbortController().signal);
});
afterAll(async () => {
  await server.close();
  await app.close();
  provider.close();
  await rm(dataDir, { recursive: true, force: true });
});

let names = 0;
async function makeKey(more: object = {}): Promise<MadeKey & { readonly secret: string }> {
  const wanted = { role: 'ADMIN', collections: null, expiresAt: null, password: null } as const;
  const made = await app.as(EVERYBODY).keys.create({ ...wanted, name: `key ${++names}`, ...more }, null);
  return { ...made, secret: made.secret ?? '' };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}
async function send(method: string, path: string, body: unknown, headers: object = {}): Promise<Answer> {
  // Each test has an address of its own, so that the failures of one do not limit another.
  const from = expect.getState().currentTestName?.length ?? 0;
  const response = await fetch(address + path, {
    method,
    redirect: 'manual',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.${from % 250}`, ...headers },
    body: body === null ? null : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const ask = (query: string, headers: object): Promise<Answer> => send('POST', '/graphql', { query }, headers);
const bearer = (secret: string): object => ({ authorization: `Bearer ${secret}` });

/** Signs in. @returns the headers of the browser from then on */
async function signIn(
  credentials: object,
  headers: object = {},
): Promise<{ cookie: string; csrf: string; set: string }> {
  const answer = await send('POST', '/session', credentials, headers);
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('"csrf"')]);
  const set = answer.headers.get('set-cookie') ?? '';
  const { csrf } = JSON.parse(answer.text) as { csrf: string };
  return { cookie: set.split(';')[0] ?? '', csrf, set };
}

describe('the cookie of a sign-in', () => {
  test('is HttpOnly and SameSite=Strict, and with TLS bound to the host', async () => {
    const { secret } = await makeKey();
    const { set } = await signIn({ key: secret });
    expect(set).toMatch(/^wentu=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    const host = new URL(address).host;
    const secure = await signIn({ key: secret }, { origin: `https://${host}` });
    expect(secure.set).toMatch(/^__Host-wentu=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/);
    expect(await ask(QUERY, { cookie: secure.cookie, [CSRF_HEADER]: secure.csrf })).toMatchObject({ status: 200 });
  });

  test('needs the CSRF token for every POST, PUT and DELETE', async () => {
    const { secret } = await makeKey();
    const { cookie, csrf } = await signIn({ key: secret });
    for (const wrong of [{}, { [CSRF_HEADER]: '' }, { [CSRF_HEADER]: csrf.replace(/.$/, '.') }]) {
      const headers = { cookie, ...wrong };
      expect(await ask(DROP, headers)).toMatchObject({
        status: 403,
        text: expect.stringContaining(CSRF_HEADER) as string,
      });
      expect(await send('PUT', '/collections/pets/images/x', {}, headers)).toMatchObject({ status: 403 });
      expect(await send('DELETE', '/session', null, headers)).toMatchObject({ status: 403 });
    }
    const right = await ask(DROP, { cookie, [CSRF_HEADER]: csrf });
    expect(JSON.parse(right.text)).toEqual({ data: { dropCollection: false } });
    // The token of another sign-in.
    const other = await signIn({ key: secret });
    expect(await ask(DROP, { cookie, [CSRF_HEADER]: other.csrf })).toMatchObject({ status: 403 });
  });

  test('shows pictures, the page says whose it is, and both end with the sign-out', async () => {
    const { secret, key } = await makeKey({ name: '<mia & "co">' });
    const { cookie, csrf } = await signIn({ key: secret });
    const { image } = (await app.as(EVERYBODY).images.find('pets', 'cat.png'))!;
    const path = `/images/${image.id}?width=20`;
    expect(await send('GET', path, null, { cookie })).toMatchObject({ status: 200 });
    const page = await send('GET', '/', null, { cookie });
    expect(page.text).toContain('&#60;mia &#38; \\&#34;co\\&#34;&#62;');
    expect(page.text).toContain(csrf);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse((await send('GET', '/session', null, { cookie })).text)).toMatchObject({
      ...{ name: key.name, csrf, isBound: false, canSignIn: false },
    });
    expect(await send('DELETE', '/session', null, { cookie, [CSRF_HEADER]: csrf })).toMatchObject({ status: 204 });
    expect(await send('GET', path, null, { cookie })).toMatchObject({ status: 401 });
    expect(JSON.parse((await send('GET', '/session', null, { cookie })).text)).toMatchObject({
      ...{ name: null, csrf: null, rights: [], canSignIn: true },
    });
  });

  test('ends when the key is rotated or revoked, also for a socket that is open', async () => {
    const { secret, key } = await makeKey();
    const { cookie } = await signIn({ key: secret });
    const origin = address;
    const { isOpen, closed } = await openSocket({ cookie, origin });
    expect(isOpen).toBe(true);
    expect(await send('GET', '/metrics', null, { cookie })).toMatchObject({ status: 200 });
    const { keys } = app.as(EVERYBODY);
    const { secret: next } = await keys.rotate(String(key.id), null);
    expect(await closed).toBe(4403);
    expect(await send('GET', '/metrics', null, { cookie })).toMatchObject({ status: 401 });
    expect(await send('GET', '/metrics', null, bearer(secret))).toMatchObject({ status: 401 });
    expect(await send('GET', '/metrics', null, bearer(next ?? ''))).toMatchObject({ status: 200 });
    await keys.revoke(String(key.id));
    await new Promise((done) => setTimeout(done, 1_100));
    expect(await send('GET', '/metrics', null, bearer(next ?? ''))).toMatchObject({ status: 401 });
  });
});

/** Opens a socket. @returns whether the server has accepted it, and the code when it is closed */
async function openSocket(
  headers: Record<string, string>,
  payload: object = {},
): Promise<{ isOpen: boolean; closed: Promise<number> }> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  const first = await Promise.race([once(socket, 'message').then(([data]) => String(data)), closed]);
  if (typeof first === 'number') return { isOpen: false, closed };
  expect(JSON.parse(first)).toMatchObject({ type: 'connection_ack' });
  return { isOpen: true, closed };
}

test('a WebSocket needs a key, a cookie with an origin, or a key in its first message', async () => {
  const { secret } = await makeKey({ role: 'READ' });
  const { cookie } = await signIn({ key: secret });
  const refused = [
    await openSocket({}),
    await openSocket({}, { authorization: 'Bearer wrong' }),
    await openSocket({ cookie }),
    await openSocket({ cookie: `wentu=${'x'.repeat(43)}`, origin: address }),
  ];
  for (const { isOpen, closed } of refused) expect([isOpen, await closed]).toEqual([false, 4403]);
  const accepted = [
    await openSocket({ cookie, origin: address }),
    await openSocket({ authorization: `Bearer ${secret}` }),
    await openSocket({}, { authorization: `Bearer ${secret}` }),
  ];
  expect(accepted.map(({ isOpen }) => isOpen)).toEqual([true, true, true]);
});

test('a password signs in under its name, and wrong ones are slowed', async () => {
  const { key } = await makeKey({ name: '王小明', password: '一二三四五六七八九十', role: 'READ' });
  const password = '一二三四五六七八九十';
  await signIn({ name: '王小明', password });
  // A password is no key, and the hash of one is none either.
  expect(await send('POST', '/session', { key: password })).toMatchObject({ status: 401 });
  for (const name of ['王小明', 'nobody'])
    expect(await send('POST', '/session', { name, password: 'x'.repeat(12) })).toMatchObject({
      status: 401,
      text: expect.stringContaining('UNAUTHENTICATED') as string,
    });
  const tries = await Promise.all(
    Array.from({ length: 12 }, () => send('POST', '/session', { name: '王小明', password: 'x'.repeat(12) })),
  );
  const refused = tries.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(4);
  expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(60);
  // Also the right one, from this address.
  expect(await send('POST', '/session', { name: '王小明', password })).toMatchObject({ status: 429 });
  const elsewhere = { 'x-forwarded-for': '203.0.113.1' };
  await signIn({ name: '王小明', password }, elsewhere);
  expect(key.kind).toBe('PASSWORD');
});

test('wrong keys are slowed, right ones never', async () => {
  const { secret } = await makeKey();
  const statuses: number[] = [];
  for (let i = 0; i < 22; i++) statuses.push((await ask(QUERY, bearer(`wentu_${i}`))).status);
  expect([statuses[0], statuses[19], statuses[21]]).toEqual([401, 401, 429]);
  expect(await ask(QUERY, bearer(secret))).toMatchObject({ status: 200 });
  await signIn({ key: secret });
});

test('a body that is no sign-in is refused', async () => {
  for (const body of [{}, [], { key: 1 }, { name: 'x' }, { name: 'x', password: 2 }])
    expect(await send('POST', '/session', body)).toMatchObject({ status: 400 });
  expect(await send('POST', '/session', { key: 'x'.repeat(5_000) })).toMatchObject({ status: 413 });
  expect(await send('POST', '/session', { key: ADMIN_KEY }, { origin: 'https://evil.example' })).toMatchObject({
    status: 403,
  });
});

test('the key of the settings is an admin, and signs in', async () => {
  const { cookie, csrf } = await signIn({ key: ADMIN_KEY });
  const answer = await ask('{ keys { name } }', { cookie, [CSRF_HEADER]: csrf });
  expect(answer.text).toContain('"keys"');
  const made = await ask(
    'mutation { createKey(name: "by admin", role: READ) { key { createdBy } } }',
    bearer(ADMIN_KEY),
  );
  expect(JSON.parse(made.text)).toEqual({ data: { createKey: { key: { createdBy: 'WENTU_ADMIN_KEY' } } } });
  const lines = await ask('{ auditLog(first: 1) { edges { node { who action target outcome } } } }', bearer(ADMIN_KEY));
  expect(JSON.parse(lines.text)).toMatchObject({
    data: {
      auditLog: {
        edges: [
          { node: { who: 'WENTU_ADMIN_KEY', action: 'keys.create', target: 'by admin: READ', outcome: 'STARTED' } },
        ],
      },
    },
  });
});

test('a key that has expired is refused', async () => {
  const { secret } = await makeKey({ expiresAt: new Date(Date.now() + 5_000) });
  expect(await ask(QUERY, bearer(secret))).toMatchObject({ status: 200 });
  await new Promise((done) => setTimeout(done, 5_100));
  expect(await ask(QUERY, bearer(secret))).toMatchObject({ status: 401 });
});

test('addresses of pictures are signed for clients with a key, and are of one picture', async () => {
  const { secret, key } = await makeKey({ role: 'READ', collections: ['pets'] });
  const query = '{ image(collection: "pets", imageId: "cat.png") { url(width: 20) } }';
  const { data } = JSON.parse((await ask(query, bearer(secret))).text) as { data: { image: { url: string } } };
  const { url } = data.image;
  const shown = await send('GET', url, null);
  expect([shown.status, shown.headers.get('cache-control')]).toEqual([200, 'private, max-age=3600']);
  expect(await send('GET', url.replace('width=20', 'width=40'), null)).toMatchObject({ status: 200 });
  expect(await send('GET', url.replace(/\d+/, '999'), null)).toMatchObject({ status: 401 });
  expect(await send('GET', url.replace('/images/', '/graphql?x='), null)).toMatchObject({ status: 401 });
  // The address of a file to save is signed too; folders of the server are not for clients that may only read.
  const file = '{ image(collection: "pets", imageId: "cat.png") { downloadUrl originalPath } }';
  const of = async (key: string) =>
    (
      JSON.parse((await ask(file, bearer(key))).text) as {
        data: { image: { downloadUrl: string; originalPath: string | null } };
      }
    ).data.image;
  const { downloadUrl, originalPath } = await of(secret);
  const saved = await send('GET', downloadUrl, null);
  expect([saved.status, saved.headers.get('content-disposition')]).toEqual([200, 'attachment; filename=cat.png']);
  expect(await send('GET', downloadUrl.replace(/\d+/, '999'), null)).toMatchObject({ status: 401 });
  expect(originalPath).toBeNull();
  expect((await of((await makeKey({ role: 'WRITE' })).secret)).originalPath).toBe(join(dataDir, 'photos/cat.png'));
  // With a cookie the browser shows the picture anyway.
  const { cookie, csrf } = await signIn({ key: secret });
  expect((await ask(query, { cookie, [CSRF_HEADER]: csrf })).text).not.toContain('signature');
  await app.as(EVERYBODY).keys.revoke(String(key.id));
  await new Promise((done) => setTimeout(done, 1_100));
  expect(await send('GET', url, null)).toMatchObject({ status: 401 });
});

test('the answer to a picture that was put has a signed address', async () => {
  const { secret } = await makeKey({ role: 'WRITE', collections: ['pets'] });
  const response = await fetch(`${address}/collections/pets/images/put.png`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${secret}` },
    body: await readFile(join(ROOT, 'samples/animals/dog-face.png')),
  });
  const { url } = (await response.json()) as { url: string };
  expect([response.status, url]).toEqual([201, expect.stringContaining('signature=')]);
  expect(await send('GET', url, null)).toMatchObject({ status: 200 });
  expect(await send('GET', url.split('?')[0] ?? '', null)).toMatchObject({ status: 401 });
});

describe('tokens of an identity provider', () => {
  const who = '{ collections { name } }';
  const create = 'mutation { createKey(name: "1", role: READ) { secret } }';

  test('give the role and the collections of their claims', async () => {
    const read = await sign({ sub: 'anna', wentu_role: 'read' });
    expect((await ask(who, bearer(read))).text).toContain('pets');
    expect((await ask(create, bearer(read))).text).toContain('anna lacks the right ADMIN');
    const none = await sign({ sub: 'anna', wentu_role: ['write', 'x'], wentu_collections: ['other'] });
    expect(JSON.parse((await ask(who, bearer(none))).text)).toEqual({ data: { collections: [] } });
    const some = await sign({ sub: 'anna', wentu_role: 'read', wentu_collections: ['pets'] });
    expect((await ask(who, bearer(some))).text).toContain('pets');
    const broken = await sign({ sub: 'anna', wentu_role: 'read', wentu_collections: { all: true } });
    expect(JSON.parse((await ask(who, bearer(broken))).text)).toEqual({ data: { collections: [] } });
  });

  test('are refused without a role, when they are forged, have expired, or are for another service', async () => {
    expect(await ask(who, bearer(await sign({ sub: 'anna' })))).toMatchObject({ status: 403 });
    for (const token of [
      await sign({ sub: 'anna', wentu_role: 'admin', forged: true }),
      await sign({ sub: 'anna', wentu_role: 'admin' }, '-5m'),
      await sign({ sub: 'anna', wentu_role: 'admin' }, '5m', 'another service'),
      await sign({ wentu_role: 'admin' }),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"a","wentu_role":"admin"}').toString('base64url')}.`,
    ])
      expect(await ask(who, bearer(token))).toMatchObject({ status: 401 });
    const token = await sign({ sub: 'anna', wentu_role: 'admin' });
    expect(await send('POST', '/session', { key: token })).toMatchObject({ status: 400 });
  });
});

test('GraphiQL asks for a sign-in, and sends the CSRF token after it', async () => {
  const accept = 'text/html';
  const refused = await send('GET', '/graphql', null, { accept });
  expect([refused.status, refused.headers.get('location')]).toEqual([302, '/']);
  const { cookie } = await signIn({ key: ADMIN_KEY });
  const page = await send('GET', '/graphql', null, { accept, cookie });
  expect([page.status, page.text.includes(CSRF_HEADER)]).toEqual([200, true]);
});

test('a server that other machines can reach does not start without keys', async () => {
  const start = async (env: object, hasWays: boolean): Promise<void> => {
    const { host, access } = parseConfig({ HOST: '0.0.0.0', ...env });
    await checkStart({ host, access }, { hasWays: () => Promise.resolve(hasWays) }, log);
  };
  await expect(start({}, false)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('wentu key create') as string,
  });
  await expect(start({ WENTU_ALLOW_ANONYMOUS: 'off' }, false)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await start({}, true);
  await start({ WENTU_ALLOW_ANONYMOUS: 'read' }, false);
  for (const HOST of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) await start({ HOST }, false);
});
