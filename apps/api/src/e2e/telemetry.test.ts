import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

test('ONNX Runtime sends no telemetry: it creates no device id, event store or uploader log', async () => {
  const home = await mkdtemp(join(tmpdir(), 'wentu-home-'));
  const pictures = await mkdtemp(join(tmpdir(), 'wentu-pictures-'));
  // CI is not set, because ONNX Runtime sends no telemetry in CI, and this test would prove nothing.
  const server = await TestServer.start({ HOME: home });
  try {
    await writeTree(pictures, { 'a.png': await picture(1) });
    await server.load(pictures);
    expect(await server.search('圆')).toHaveLength(1);
    expect(existsSync(`/tmp/mat-debug-${server.pid}.log`)).toBe(false);
    // A thread that is stopped during a run of ONNX Runtime ends the process.
    await server.untilMeasured();
    expect(await server.kill('SIGTERM')).toBe(0);
    expect(await readdir(home)).toEqual([]);
  } finally {
    await server.close();
    for (const folder of [home, pictures]) await rm(folder, { recursive: true, force: true });
  }
});
