import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer } from './harness';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-death-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

// The hook recognises each thread by its start data.
test.each([
  ['text worker', 'textThreads'],
  ['index worker', 'indexThreads'],
  ['picture worker', 'pool'],
  ['load worker', 'loadThreads'],
])('when a %s dies, the server stops cleanly with exit code 3, and can start again', async (name, its) => {
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
    // A thread that is stopped during a run of ONNX Runtime ends the process, so the test waits for the end of the
    // measurement after the start.
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
