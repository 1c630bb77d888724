// `node tools/ci/memory.mjs [PICTURES]`: a load stays under 1 GiB of memory, and is as large at its end as near its
// beginning. The server and its decoder processes together; what they share counts for each. Linux.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { usageOf } from '../bench/lib/processes.mjs';
import { ask } from './ask.mjs';
import { BuiltServer } from './built-server.mjs';

const PICTURES = Number(process.argv[2] ?? 1_500);
const MAX_MIB = 1_024;
/** Between the first fifth and the end; what V8 and malloc keep differs by more than a tenth from run to run. */
const MAX_GROWTH = 1.25;

const base = mkdtempSync(join(tmpdir(), 'wentu-memory-'));
const pictures = await Promise.all(
  Array.from({ length: 20 }, (_, i) => {
    const background = { r: (i * 53) % 256, g: (i * 97) % 256, b: (i * 31) % 256 };
    return sharp({
      create: {
        width: 400,
        height: 300,
        channels: 3,
        background,
        noise: { type: 'gaussian', mean: 128, sigma: 20 + i },
      },
    })
      .jpeg()
      .toBuffer();
  }),
);
for (let i = 0; i < PICTURES; i++) writeFileSync(join(base, `${i}.jpg`), pictures[i % pictures.length]);

const server = await BuiltServer.start({ WENTU_LOAD_ROOTS: base, WENTU_SAMPLES: 'off' });
const samples = [];
let status;
try {
  const { loadCollection } = await ask(
    server.address,
    `mutation { loadCollection(directory: ${JSON.stringify(base)}) { id } }`,
  );
  let job;
  do {
    await sleep(500);
    job = (await ask(server.address, `{ loadJob(id: "${loadCollection.id}") { status processed loaded failed } }`))
      .loadJob;
    samples.push({ processed: job.processed, mib: rssMib() });
  } while (job.status === 'RUNNING' || job.status === 'QUEUED');
  status = `${job.status}, ${job.loaded} loaded, ${job.failed} failed`;
} finally {
  await server.close();
  rmSync(base, { recursive: true, force: true });
}

const peak = Math.max(...samples.map(({ mib }) => mib));
const early = Math.max(...samples.filter(({ processed }) => processed <= PICTURES / 5).map(({ mib }) => mib));
const late = Math.max(...samples.filter(({ processed }) => processed > (PICTURES * 4) / 5).map(({ mib }) => mib));
const mib = (value) => `${value.toFixed(0)} MiB`;
console.log(`${status}; peak ${mib(peak)}, first fifth ${mib(early)}, last fifth ${mib(late)}`);
const checks = [status === `SUCCEEDED, ${PICTURES} loaded, 0 failed`, peak < MAX_MIB, late < early * MAX_GROWTH];
const passed = checks.filter(Boolean).length;
console.log(`${passed} passed, ${checks.length - passed} failed`);
process.exit(passed === checks.length ? 0 : 1);

function rssMib() {
  return usageOf([server.process.child.pid]).rssMib;
}
