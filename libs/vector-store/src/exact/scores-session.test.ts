import { ScoresSession } from './scores-session';

test('the generated graph multiplies each query with each row', async () => {
  const session = await ScoresSession.open(1);
  const queries = Float32Array.of(1, 0, 0, 1);
  const rows = Float32Array.of(0.5, 2, 3, 1, 0.5, 4);
  expect([...(await session.run(queries, rows, 2))]).toEqual([0.5, 3, 0.5, 2, 1, 4]);
  await session.release();
});
