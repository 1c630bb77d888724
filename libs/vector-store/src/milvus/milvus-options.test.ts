import { InvalidInputError } from '@wentu/domain';
import { milvusSettings, type MilvusStoreOptions } from './milvus-options';

const address = 'localhost:19530';

test.each<Partial<MilvusStoreOptions>>([
  { address: '' },
  { address: 'two words' },
  { address: 'user:password@host:1' },
  { collectionPrefix: '' },
  { collectionPrefix: '1_' },
  { collectionPrefix: 'a-b' },
  { indexType: 'TREE' as never },
  { searchConsistency: 'soon' as never },
  { token: 'a', username: 'b', password: 'c' },
  { username: 'b' },
  { password: 'c' },
  { caFile: '/ca.pem' },
  { indexParams: { M: NaN } },
  { searchParams: { ef: '64' as never } },
  { replicas: 0 },
  { timeoutMs: 0 },
  { writeTimeoutMs: 1.5 },
  { maxRetries: -1 },
])('%j is INVALID_INPUT', (options) => {
  expect(() => milvusSettings({ address, ...options })).toThrow(InvalidInputError);
});

test.each(['milvus', 'milvus:19530', '10.0.0.1:19530', '[::1]:19530', 'https://in01.example.com:443', 'http://a:1/'])(
  '%s is an address',
  (given) => {
    expect(milvusSettings({ address: given }).tls).toBe(given.startsWith('https'));
  },
);

test('the options are copied, and undefined ones are defaults', () => {
  const indexParams = { M: 8 };
  const settings = milvusSettings({ address, indexParams, maxRetries: undefined as never });
  indexParams.M = 9;
  expect(settings).toMatchObject({ indexParams: { M: 8 }, maxRetries: 3, collectionPrefix: 'wentu_' });
});

test('a password in the address is refused and not shown', () => {
  const refused = expect.objectContaining({
    code: 'INVALID_INPUT',
    message: expect.not.stringContaining('secret') as string,
  }) as Error;
  for (const bad of ['u:secret@host:1', 'https://u:secret@host:1', 'https://u:secret@ho st'])
    expect(() => milvusSettings({ address: bad })).toThrow(refused);
});
