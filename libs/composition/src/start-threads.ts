import { availableParallelism } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import type { ExecutionProvider } from '@wentu/domain';
import type { InstalledModel } from '@wentu/models';
import type { Logger } from 'pino';
import type { Config } from './config';
import { indexFolder } from './index-files';
import type { PictureWorkerData } from './picture-worker';
import { TextTowers } from './text-towers';
import { WorkerThread } from './worker-thread';

export interface RunningThreads {
  readonly text: TextTowers;
  /** Null when the index is on a server. */
  readonly index: WorkerThread<'index worker'> | null;
  readonly picture: WorkerThread<'picture worker'>;
  readonly load: WorkerThread<'load worker'>;
  /** The execution provider of the own text tower. If the tower was never open, this opens it. */
  provider(): Promise<ExecutionProvider>;
  /**
   * The engine that searches: Milvus, the usearch library in this process, or plain scans where usearch has no binary.
   */
  readonly indexEngine: 'milvus' | 'usearch' | 'scan';
  /** Resolves when one of the threads has died. */
  readonly died: Promise<Error>;
}

/**
 * Starts the threads and opens their services.
 * @param model the server's own model
 * @param openTowers whether its towers are open when this resolves; otherwise each is opened when it is first used
 * @param home the id of the data folder
 * @param onClose called with a function that closes a thread, as soon as that thread exists
 */
export async function startThreads(
  config: Config,
  model: InstalledModel,
  openTowers: boolean,
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
  const text = new TextTowers({
    data: { device, textThreads: threads.text, upright, background },
    maxBytes: limits.modelMemoryBytes / 2,
    log,
  });
  onClose(() => text.close());
  let known: ExecutionProvider | undefined;
  const provider = async (): Promise<ExecutionProvider> => (known ??= await text.open(model));
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
  // The index writes its in-memory points after the loads have ended and before its thread is stopped.
  if (index) onClose(() => Promise.race([index.died, indexThread?.close()]));
  const vectorPort = vectorCalls?.port2 ?? null;
  const pictureCalls = new MessageChannel();
  const pictureData = { pool: picturePoolOf(config), loadPort: pictureCalls.port1 };
  const picture = keep(new WorkerThread('picture worker', pictureData, [pictureCalls.port1], log));
  onClose(() => Promise.race([picture.died, picture.service('thread').close()]));
  const picturePort = pictureCalls.port2;
  const loadData = { config, model, openTowers, loadThreads: threads.load, home, vectorPort, picturePort };
  const loadPorts = [picturePort, ...(vectorPort ? [vectorPort] : [])];
  const load = keep(new WorkerThread('load worker', loadData, loadPorts, log));
  const loadThread = load.service('thread');
  onClose(() => Promise.race([load.died, loadThread.close()]));
  // Wait for all threads before an error is thrown: a thread must not be stopped while it opens a model.
  const [textOpened, indexOpened, loadsOpened] = await Promise.allSettled([
    openTowers ? provider() : null,
    indexThread?.open(),
    loadThread.open(),
  ]);
  if (indexOpened.status === 'rejected') throw indexOpened.reason;
  if (loadsOpened.status === 'rejected') throw loadsOpened.reason;
  if (textOpened.status === 'rejected') throw textOpened.reason;
  const died = Promise.race([text, index, picture, load].flatMap((thread) => (thread ? [thread.died] : [])));
  const indexEngine = indexOpened.value ?? 'milvus';
  return { text, index, picture, load, provider, indexEngine, died };
}

/**
 * Loads get all cores. Text encoding gets half of them, or all on machines with up to 4: a user waits for it, and
 * encoding one text mostly reads the weights of the tower.
 */
function planThreads(cores: number): { text: number; index: number; load: number } {
  const half = Math.max(1, Math.ceil(cores / 2));
  return { text: Math.max(half, Math.min(cores, 4)), index: half, load: cores };
}

function picturePoolOf({ limits, threads }: Config): PictureWorkerData['pool'] {
  const { maxPixels, maxDecodeBytes, decodeTimeoutMs: timeoutMs, maxImageBytes: maxBytes } = limits;
  return { maxPixels, maxDecodeBytes, timeoutMs, maxBytes, ...(threads === 0 ? {} : { threads }) };
}
