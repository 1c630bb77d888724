import { MilvusClient, PlaceholderType, buildPlaceholderGroupBytes } from '@zilliz/milvus2-sdk-node';
import { placeholderGroup } from './placeholder-group';

test.each([1, 3, 200, 5_000])('%i queries are encoded to the same bytes as by the SDK', (count) => {
  const client = new MilvusClient({
    address: 'localhost:1',
    logLevel: 'error',
    __SKIP_CONNECT__: true,
    pool: { min: 0, max: 1 },
  });
  const { milvusProto } = client as unknown as { milvusProto: Parameters<typeof buildPlaceholderGroupBytes>[0] };
  const queries = Array.from({ length: count }, (_, i) => Float32Array.from([i / 7, -1, 0.1, i]));
  const theirs = buildPlaceholderGroupBytes(
    milvusProto,
    queries.map((query) => [...query]),
    {} as never,
    PlaceholderType.FloatVector,
  );
  expect(placeholderGroup(queries).equals(Buffer.from(theirs))).toBe(true);
});

test('a query that is a view of a larger array is read at its offset', () => {
  const matrix = Float32Array.from([1, 2, 3, 4]);
  expect(placeholderGroup([matrix.subarray(2)]).equals(placeholderGroup([Float32Array.from([3, 4])]))).toBe(true);
});
