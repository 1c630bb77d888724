import { availableParallelism } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import type { ExecutionProvider } from '@wentu/domain';
import type { InstalledModel } from '@wentu/models';
import type { Logger } from 'pino';
import type { Config } from './config';
import { indexFolder } from './index-files';
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
  /** What searches: a server, the library usearch in this process, or plain scans where it has no binary. */
  readonly indexEngine: 'milvus' | 'usearch' | 'scan';
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
        {
          indexThreads: threads.index,
          buildThreads: threads.load,
          folder: indexFolder(config.dataDir),
          loadPort: vectorCalls.port1,
        },
        [vectorCalls.port1],
        log,
      ),
    );
  const indexThread = index?.service('thread');
  // After the loads have ended, and before the thread is stopped: it writes what is in memory only.
  if (index) onClose(() => Promise.race([index.died, indexThread?.close()]));
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
  const [textOpened, indexOpened, loadsOpened] = await Promise.allSettled([
    text.service('thread').open(model),
    indexThread?.open(),
    loadThread.open(),
  ]);
  if (indexOpened.status === 'rejected') throw indexOpened.reason;
  if (loadsOpened.status === 'rejected') throw loadsOpened.reason;
  if (textOpened.status === 'rejected') throw textOpened.reason;
  const died = Promise.race([text, index, picture, load].flatMap((thread) => (thread ? [thread.died] : [])));
  const indexEngine = indexOpened.value ?? 'milvus';
  return { text, index, picture, load, provider: textOpened.value, indexEngine, died };
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
