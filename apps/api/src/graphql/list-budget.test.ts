import { Turns } from '../limits/turns';
import { ListBudget } from './list-budget';

const list = (length: number): (() => Promise<number[]>) => {
  return async () => Array<number>(length).fill(0);
};

test('reads lists one after another, and none after the limit', async () => {
  const budget = new ListBudget(new AbortController().signal, new Turns(), 5);
  const begun: string[] = [];
  const read = async (name: string): Promise<unknown> =>
    await budget.read(async () => {
      begun.push(name);
      return list(3)();
    });
  const [first, second, third] = await Promise.allSettled([read('a'), read('b'), read('c')]);
  expect([first.status, second.status, third.status]).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(third).toMatchObject({ reason: { code: 'LIMIT_EXCEEDED' } });
  expect(begun).toEqual(['a', 'b']);
});

test('a list that fails does not count, and the next list is read', async () => {
  const budget = new ListBudget(new AbortController().signal, new Turns(), 1);
  await expect(budget.read(() => Promise.reject<number[]>(new Error('away')))).rejects.toThrow('away');
  expect(await budget.read(list(1))).toHaveLength(1);
});

test('each answer of a subscription has the full limit', async () => {
  const budget = new ListBudget(new AbortController().signal, new Turns(), 2);
  for (let i = 0; i < 3; i++) {
    budget.beginAnswer();
    expect(await budget.read(list(2))).toHaveLength(2);
  }
});
