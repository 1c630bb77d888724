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

test('nothing set is a server for this machine alone', () => {
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

test('every bad key is reported at once, with its value and what it wants', () => {
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
    'DATABASE_URL is not right: give sqlite:',
    'MILVUS_ADRESS is no setting',
    'WENTU_MODLE is no setting; see docs/settings.md',
  ]) {
    expect(message).toContain(part);
  }
});

test('a secret is not shown, whatever is wrong with it', () => {
  for (const env of [
    { DATABASE_URL: 'postgres://u:secret@x' },
    { MILVUS_ADDRESS: 'https://u:secret@milvus:19530' },
    { WENTU_MODEL_MIRROR: 'ftp://u:secret@mirror' },
  ]) {
    expect(messageOf(env)).toContain('the settings cannot be used');
    expect(messageOf(env)).not.toContain('secret');
  }
});

test('servers are two settings', () => {
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

test('an empty variable is one that is not set', () => {
  expect(parseConfig({ PORT: '', WENTU_LOAD_ROOTS: '' })).toMatchObject({ port: 4_000, loadRoots: [homedir()] });
});

test('a server that others can reach reads no folders until it is told which', () => {
  expect(parseConfig({ HOST: '0.0.0.0' }).loadRoots).toEqual([]);
  expect(parseConfig({ HOST: '0.0.0.0', WENTU_LOAD_ROOTS: '/a:/b' }).loadRoots).toEqual(['/a', '/b']);
});

test('what is read is frozen', () => {
  const config = parseConfig({}) as { port: number; limits: { maxTopK: number } };
  expect(() => (config.port = 1)).toThrow(TypeError);
  expect(() => (config.limits.maxTopK = 1)).toThrow(TypeError);
});

test.each(['docs/settings.md', 'docs/settings.zh-CN.md'])('%s has every setting and no other', (file) => {
  const text = readFileSync(join(__dirname, '../../..', file), 'utf8');
  // The table that begins with PORT.
  const [table = ''] = text.slice(text.indexOf('| `PORT`')).split('\n\n');
  const documented = [...table.matchAll(/^\| `([A-Z_]+)`\s*\|/gm)].map((match) => match[1]);
  expect(documented.sort()).toEqual(Object.keys(settings.shape).sort());
});
