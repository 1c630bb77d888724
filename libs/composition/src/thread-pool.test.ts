import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';

const POOL_SIZE = 7;
const { PRIORITY_BELOW_NORMAL } = constants.priority;

/** Runs in a process of its own: the pool is created once. Prints how many threads of each priority there are. */
const script = (before: string): string => `
  const fs = require('node:fs');
  const done = () => {
    const stats = fs.readdirSync('/proc/self/task').map((id) => fs.readFileSync('/proc/self/task/' + id + '/stat', 'utf8'));
    const nices = stats.map((stat) => Number(stat.split(') ')[1].split(' ')[16]));
    process.stdout.write(JSON.stringify(nices.sort((a, b) => a - b)));
  };
  const { lowerThreadPoolPriority } = require(${JSON.stringify(require.resolve('./thread-pool'))});
  ${before}
  lowerThreadPoolPriority().then(() => fs.stat('.', done));`;

const nices = (before: string): number[] =>
  JSON.parse(
    execFileSync(process.execPath, ['-e', script(before)], {
      encoding: 'utf8',
      env: { ...process.env, UV_THREADPOOL_SIZE: String(POOL_SIZE) },
    }),
  ) as number[];

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('lowerThreadPoolPriority', () => {
  it('creates the threads of the pool below the priority of the others', () => {
    const all = nices('');
    const own = all[0] as number;
    // Tests that are started with a low priority have nothing below it.
    expect(all.filter((nice) => nice > own)).toHaveLength(own < PRIORITY_BELOW_NORMAL ? POOL_SIZE : 0);
  });

  it('comes too late for a pool that has been used, which is why main.ts calls it first', () => {
    const all = nices(`fs.stat('.', () => undefined);`);
    expect(new Set(all).size).toBe(1);
  });
});
