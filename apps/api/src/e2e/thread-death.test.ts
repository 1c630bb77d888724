import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer } from './harness';

jest.setTimeout(60_000);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-death-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

// What tells the threads apart is what they are given.
test.each([
  ['text worker', 'textThreads'],
  ['index worker', 'indexThreads'],
  ['picture worker', 'pool'],
  ['load worker', 'loadThreads'],
])('a %s that dies ends the server in order, with exit code 3, and a new start serves again', async (name, its) => {
  const [hook, trigger] = [join(folder, 'hook.cjs'), join(folder, 'now')];
  await writeFile(
    hook,
    `const { workerData } = require('node:worker_threads');
     const { existsSync } = require('node:fs');
     if (workerData?.${its}) setInterval(() => {
       if (existsSync(${JSON.stringify(trigger)})) throw new Error('thrown by the test');
     }, 20);`,
  );
  const server = await TestServer.start({ NODE_OPTIONS: `--require ${hook}` });
  try {
    // A thread that is ended within a run of ONNX Runtime takes the process with it: let the measurement after the
    // start be over.
    await server.untilMeasured();
    await writeFile(trigger, '');
    expect(await server.ended()).toBe(3);
    expect(server.log).toContain(`the ${name} has died`);
    expect(server.log).toContain('thrown by the test');
    await rm(trigger);
    await server.restart();
    expect(await server.search('圆')).toEqual([]);
    expect(await server.kill('SIGTERM')).toBe(0);
  } finally {
    await server.close();
  }
});
