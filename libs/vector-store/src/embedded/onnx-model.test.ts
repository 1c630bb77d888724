import { NearestSession } from './nearest-session';

let session: NearestSession;
beforeAll(async () => {
  session = await NearestSession.open(1);
});
afterAll(() => session.release());

test('the written graph multiplies and takes the best, the lower row first where scores are equal', async () => {
  const queries = Float32Array.of(1, 0, 0, 1);
  const matrix = Float32Array.of(0.5, 2, 3, 1, 0.5, 4, 3, 0);
  const { scores, rows } = await session.run(queries, matrix, 2, 3);
  expect([...scores]).toEqual([3, 3, 0.5, 4, 2, 1]);
  expect([...rows].map(Number)).toEqual([1, 3, 0, 2, 0, 1]);
});
