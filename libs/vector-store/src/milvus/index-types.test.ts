import { buildParams, searchParams } from './index-types';

test('ef of HNSW is at least the limit', () => {
  expect(searchParams('HNSW', undefined, 10)).toEqual({ ef: 256 });
  expect(searchParams('HNSW', { ef: 64 }, 10)).toEqual({ ef: 64 });
  expect(searchParams('HNSW', { ef: 64 }, 16_384)).toEqual({ ef: 16_384 });
});

test('other index types, unknown ones too, get no ef', () => {
  expect(searchParams('FLAT', undefined, 1_000)).toEqual({});
  expect(searchParams('DISKANN', undefined, 1_000)).toEqual({});
  expect(searchParams('IVF_SQ8', { nprobe: 7 }, 1_000)).toEqual({ nprobe: 7 });
});

test('given build parameters override the defaults', () => {
  expect(buildParams('HNSW', { M: 8 })).toEqual({ M: 8, efConstruction: 256 });
});
