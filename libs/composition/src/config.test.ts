import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseConfig, settings } from './config';

const messageOf = (env: Record<string, string>): string => {
  try {
    parseConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
};

test('without settings the server is for this machine only', () => {
  expect(parseConfig({})).toMatchObject({
    port: 4_000,
    host: '127.0.0.1',
    dataDir: resolve('data'),
    database: { kind: 'sqlite', path: resolve('data/wentu.sqlite') },
    vectorStore: 'embedded',
    model: null,
    device: 'auto',
    loadRoots: [homedir()],
    samples: true,
  });
});

test('all bad keys are reported together, each with its value and the valid values', () => {
  const message = messageOf({
    PORT: 'x',
    WENTU_DEVICE: 'gpu',
    WENTU_MODEL_MIRROR: 'hf-mirror.com',
    WENTU_MAX_TOP_K: '5000',
    DATABASE_URL: 'postgres://u:secret@x',
    MILVUS_ADRESS: 'x',
    WENTU_MODLE: 'a',
  });
  for (const part of [
    'PORT is "x": give a whole number',
    'WENTU_DEVICE is "gpu"',
    'WENTU_MODEL_MIRROR is "hf-mirror.com": give an address',
    'WENTU_MAX_TOP_K is "5000": at most 1000',
    'DATABASE_URL is not valid: give sqlite:',
    'MILVUS_ADRESS is not a setting',
    'WENTU_MODLE is not a setting; see docs/settings.md',
  ]) {
    expect(message).toContain(part);
  }
});

test('an error never shows a secret', () => {
  for (const env of [
    { DATABASE_URL: 'postgres://u:secret@x' },
    { MILVUS_ADDRESS: 'https://u:secret@milvus:19530' },
    { WENTU_MODEL_MIRROR: 'ftp://u:secret@mirror' },
  ]) {
    expect(messageOf(env)).toContain('the settings cannot be used');
    expect(messageOf(env)).not.toContain('secret');
  }
});

test('MySQL and Milvus need one setting each', () => {
  const url = 'mysql://wentu:pw@db/wentu';
  const given = {
    DATABASE_URL: url,
    VECTOR_STORE: 'milvus',
    MILVUS_ADDRESS: 'milvus:19530',
    MILVUS_INDEX_PARAMS: 'M=32',
  };
  expect(parseConfig(given)).toMatchObject({
    database: { kind: 'mysql', url },
    vectorStore: 'milvus',
    milvus: { address: 'milvus:19530', indexType: 'HNSW', indexParams: { M: 32 }, searchParams: {} },
  });
  expect(messageOf({ MILVUS_INDEX_PARAMS: 'M' })).toContain('give names and numbers, such as M=32');
});

test('a GPU is chosen by its number', () => {
  for (const device of ['cuda', 'cuda:0', 'cuda:3', 'cpu', 'auto'])
    expect(parseConfig({ WENTU_DEVICE: device }).device).toBe(device);
  for (const device of ['cuda:', 'cuda:-1', 'cuda:x', 'cpu:1'])
    expect(messageOf({ WENTU_DEVICE: device })).toContain('cuda:N for the GPU of that number');
});

test('an empty variable counts as not set', () => {
  expect(parseConfig({ PORT: '', WENTU_LOAD_ROOTS: '' })).toMatchObject({ port: 4_000, loadRoots: [homedir()] });
});

test('a server that other machines can reach reads no folders by default', () => {
  expect(parseConfig({ HOST: '0.0.0.0' }).loadRoots).toEqual([]);
  expect(parseConfig({ HOST: '0.0.0.0', WENTU_LOAD_ROOTS: '/a:/b' }).loadRoots).toEqual(['/a', '/b']);
});

test('the configuration is frozen', () => {
  const config = parseConfig({}) as { port: number; limits: { maxTopK: number } };
  expect(() => (config.port = 1)).toThrow(TypeError);
  expect(() => (config.limits.maxTopK = 1)).toThrow(TypeError);
});

test.each(['docs/settings.md', 'docs/settings.zh-CN.md'])('%s has every setting and no other', (file) => {
  const text = readFileSync(join(__dirname, '../../..', file), 'utf8');
  // The table of the settings begins with PORT.
  const [table = ''] = text.slice(text.indexOf('| `PORT`')).split('\n\n');
  const documented = [...table.matchAll(/^\| `([A-Z_]+)`\s*\|/gm)].map((match) => match[1]);
  expect(documented.sort()).toEqual(Object.keys(settings.shape).sort());
});

test('a server for other machines needs a key of each client, and tokens need issuer and audience', () => {
  expect(parseConfig({}).access).toEqual({ anonymous: 'all', adminKey: null, trustedProxies: [], jwt: null });
  expect(parseConfig({ HOST: '0.0.0.0' }).access.anonymous).toBe('off');
  expect(parseConfig({ WENTU_ALLOW_ANONYMOUS: 'off' }).access.anonymous).toBe('off');
  const jwt = { WENTU_JWKS_URL: 'https://a/jwks', WENTU_JWT_ISSUER: 'https://a', WENTU_JWT_AUDIENCE: 'wentu' };
  expect(parseConfig(jwt).access.jwt).toMatchObject({ issuer: 'https://a', roleClaim: 'wentu_role' });
  expect(() => parseConfig({ ...jwt, WENTU_JWT_AUDIENCE: '' })).toThrow('WENTU_JWT_AUDIENCE missing');
  expect(() => parseConfig({ WENTU_ALLOW_ANONYMOUS: 'admin' })).toThrow('give read or off');
  expect(() => parseConfig({ WENTU_TRUSTED_PROXIES: 'proxy' })).toThrow('give IP addresses');
  const short = 'not-so-secret';
  expect(() => parseConfig({ WENTU_ADMIN_KEY: short })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(short) as string }) as Error,
  );
});
