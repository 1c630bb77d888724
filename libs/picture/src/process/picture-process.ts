import { setPriority, constants } from 'node:os';
import { ItemError } from '@wentu/domain';
import { decodeOther } from '../codecs/decode-other';
import { inspectPicture, preparePicture } from '../read-picture';
import { typeOf } from '../source';
import type { Reply, Request } from './messages';

/** Entry of the process that decodes what may crash. It ends with the process that started it. */
async function run({ task, bytes, options }: Request): Promise<unknown> {
  if (task.kind === 'inspect') return await inspectPicture(bytes, options, decodeOther);
  if (task.kind === 'prepare') return await preparePicture(bytes, options, decodeOther, task);
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
process.on('disconnect', () => process.exit());
// Ctrl-C goes to all processes of a terminal; the one that started this one decides.
process.on('SIGINT', () => undefined);
process.on('message', (request) => void answer(request as Request));
