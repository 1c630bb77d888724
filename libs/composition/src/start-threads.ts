import { availableParallelism } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import type { ExecutionProvider } from '@wentu/domain';
import type { InstalledModel } from '@wentu/models';
import type { Logger } from 'pino';
import type { Config } from './config';
import type { PictureWorkerData } from './picture-worker';
import { WorkerThread } from './worker-thread';

export interface RunningThreads {
  readonly text: WorkerThread<'text worker'>;
  /** Null where the index is on a server. */
  readonly index: WorkerThread<'index worker'> | null;
  readonly picture: WorkerThread<'picture worker'>;
  readonly load: WorkerThread<'load worker'>;
  /** Of the text tower. */
  readonly provider: ExecutionProvider;
  /** Resolves when one of them has died. */
  readonly died: Promise<Error>;
}

/**
 * Starts the threads, and opens what they hold.
 * @param model the server's own
 * @param home id of the data folder
 * @param onClose called with what closes a thread, as soon as there is one
 */
export async function startThreads(
  config: Config,
  model: InstalledModel,
  home: string,
  log: Logger,
  onClose: (close: () => Promise<unknown>) => void,
): Promise<RunningThreads> {
  const threads = planThreads(config.threads || availableParallelism());
  const keep = <T extends Pick<WorkerThread<never>, 'stop'>>(thread: T): T => {
    onClose(() => thread.stop());
    return thread;
  };
  const { device, upright, background, limits } = config;
  const maxTowerBytes = limits.modelMemoryBytes / 2;
  const textData = { device, textThreads: threads.text, upright, background, maxTowerBytes };
  const text = keep(new WorkerThread('text worker', textData, [], log));
  // A thread must not be stopped while it opens a tower or runs one.
  onClose(() => Promise.race([text.died, text.service('thread').close()]));
  const vectorCalls = config.vectorStore === 'embedded' ? new MessageChannel() : null;
  const index =
    vectorCalls &&
    keep(
      new WorkerThread(
        'index worker',
        { indexThreads: threads.index, loadPort: vectorCalls.port1 },
        [vectorCalls.port1],
        log,
      ),
    );
  const vectorPort = vectorCalls?.port2 ?? null;
  const pictureCalls = new MessageChannel();
  const pictureData = { pool: picturePoolOf(config), loadPort: pictureCalls.port1 };
  const picture = keep(new WorkerThread('picture worker', pictureData, [pictureCalls.port1], log));
  onClose(() => Promise.race([picture.died, picture.service('thread').close()]));
  const picturePort = pictureCalls.port2;
  const loadData = { config, model, loadThreads: threads.load, home, vectorPort, picturePort };
  const loadPorts = [picturePort, ...(vectorPort ? [vectorPort] : [])];
  const load = keep(new WorkerThread('load worker', loadData, loadPorts, log));
  const loadThread = load.service('thread');
  onClose(() => Promise.race([load.died, loadThread.close()]));
  // All of them have come to an end before anything is thrown: a thread must not be stopped while it opens a model.
  const [textOpened, ...others] = await Promise.allSettled([
    text.service('thread').open(model),
    index?.service('thread').open(),
    loadThread.open(),
  ]);
  for (const other of others) if (other.status === 'rejected') throw other.reason;
  if (textOpened.status === 'rejected') throw textOpened.reason;
  const died = Promise.race([text, index, picture, load].flatMap((thread) => (thread ? [thread.died] : [])));
  return { text, index, picture, load, provider: textOpened.value, died };
}

/**
 * A load may use the whole machine. A text is worth half of it, or all of a small one: somebody waits for it, and one
 * text alone is mostly reading the tower's weights.
 */
function planThreads(cores: number): { text: number; index: number; load: number } {
  const half = Math.max(1, Math.ceil(cores / 2));
  return { text: Math.max(half, Math.min(cores, 4)), index: half, load: cores };
}

function picturePoolOf({ limits, threads }: Config): PictureWorkerData['pool'] {
  const { maxPixels, maxDecodeBytes, decodeTimeoutMs: timeoutMs, maxImageBytes: maxBytes } = limits;
  return { maxPixels, maxDecodeBytes, timeoutMs, maxBytes, ...(threads === 0 ? {} : { threads }) };
}
