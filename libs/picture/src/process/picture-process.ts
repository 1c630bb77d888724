import { setPriority, constants } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ItemError } from '@wentu/domain';
import { decodeOther } from '../codecs/decode-other';
import { MemoryGate } from '../memory-gate';
import { drawVector, inspectPicture, preparePicture } from '../read-picture';
import { typeOf } from '../source';
import type { Reply, Request } from './messages';

/** One picture at a time comes here, so nothing waits. */
const decoding = { decodeOther, gate: new MemoryGate(Infinity) };

/** Entry of the process that decodes what may crash. It ends with the process that started it. */
async function run({ task, bytes, options }: Request): Promise<unknown> {
  if (task.kind === 'inspect') return await inspectPicture(bytes, options, decoding);
  if (task.kind === 'prepare') return await preparePicture(bytes, options, decoding, task);
  if (task.kind === 'draw') return await drawVector(bytes, options, decoding, task.scale);
  return await decodeOther(typeOf(bytes) ?? '', bytes, options);
}

function failure(error: unknown): { code: ItemError['code'] | null; message: string } {
  if (error instanceof ItemError) return { code: error.code, message: error.message };
  return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

async function answer(request: Request): Promise<void> {
  const reply: Reply = await run(request).then(
    (value) => ({ id: request.id, value }),
    (error: unknown) => ({ id: request.id, ...failure(error) }),
  );
  process.send?.(reply);
}

try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Systems that do not allow it decode at normal priority.
}
new Worker(require.resolve('./watchdog'), { workerData: process.ppid }).unref();
process.on('disconnect', () => process.exit());
// Ctrl-C goes to all processes of a terminal, and a service manager's signal to all of a service; the one that started
// this one decides.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('message', (request) => void answer(request as Request));
