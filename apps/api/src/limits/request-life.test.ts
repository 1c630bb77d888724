import { once } from 'node:events';
import { ListBudget } from '../graphql/list-budget';
import { QueryTimeoutError, RequestLife } from './request-life';
import { Turns } from './turns';

test('when the time is over, the signal aborts, the client gets its answer, and no further list is read', async () => {
  const answers: Error[] = [];
  const life = new RequestLife(new AbortController().signal, (error) => answers.push(error));
  const lists = new ListBudget(life.signal, new Turns());
  let reads = 0;
  const read = async (): Promise<number[]> => {
    reads++;
    await once(life.signal, 'abort');
    return [1];
  };
  const [first, second] = [lists.read(read), lists.read(read)];
  life.startClock(20);
  await expect(second).rejects.toThrow(/took more than 20 ms \(WENTU_QUERY_TIMEOUT_MS\)/);
  expect(await first).toEqual([1]);
  expect([reads, answers]).toEqual([1, [expect.any(QueryTimeoutError)]]);
});

test('a client that leaves aborts the signal; a query that ends in time does not', async () => {
  const gone = new AbortController();
  const life = new RequestLife(gone.signal, () => undefined);
  life.startClock(60_000)();
  expect(life.signal.aborted).toBe(false);
  gone.abort(new Error('gone'));
  expect(life.signal.reason).toEqual(new Error('gone'));
  expect(new RequestLife(gone.signal, () => undefined).signal.aborted).toBe(true);
});
