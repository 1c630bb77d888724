import { IdGroups } from './group-ids';

test('pairs that share ids make one group, whatever their order', () => {
  const pairs = [
    [7, 9],
    [1, 2],
    [9, 3],
    [20, 30],
    [2, 1],
    [3, 2],
  ] as const;
  for (const order of [pairs, [...pairs].reverse()]) {
    const groups = new IdGroups();
    for (const [a, b] of order) groups.join(a, b);
    expect(groups.groups()).toEqual([
      [1, 2, 3, 7, 9],
      [20, 30],
    ]);
    expect(groups.size).toBe(7);
  }
});

test('a chain of a hundred thousand ids is one group', () => {
  const groups = new IdGroups();
  for (let id = 100_000; id > 1; id--) groups.join(id, id - 1);
  const [group, ...others] = groups.groups();
  expect(group).toHaveLength(100_000);
  expect(others).toEqual([]);
});

test('without pairs there are no groups', () => {
  expect(new IdGroups().groups()).toEqual([]);
});
