import { Worker, type TransferListItem } from 'node:worker_threads';
import type { ExecutionProvider } from '@wentu/domain';
import { RpcClient } from '@wentu/worker-rpc';
import type { Logger } from 'pino';
import type { ThreadLogMessage } from './thread-log';

type StartMessage =
  { type: 'ready'; provider: ExecutionProvider } | { type: 'failed'; error: unknown } | ThreadLogMessage;

/** A worker thread of this library, started and ready to be called. */
export class WorkerThread {
  private constructor(
    private readonly worker: Worker,
    readonly calls: RpcClient,
    readonly provider: ExecutionProvider,
  ) {}

  /** @throws what the thread threw while it started */
  static async start(
    file: string,
    name: string,
    data: object,
    transferList: TransferListItem[],
    log: Logger,
  ): Promise<WorkerThread> {
    const worker = new Worker(file, { name, workerData: data, transferList });
    const calls = new RpcClient(worker, name);
    worker.on('message', (message: StartMessage) => {
      if (message.type === 'log') log.error({ thread: name, stack: message.stack }, message.message);
    });
    const provider = await new Promise<ExecutionProvider>((resolve, reject) => {
      worker.on('message', (message: StartMessage) => {
        if (message.type === 'ready') resolve(message.provider);
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the ${name} ended at its start with code ${code}`)));
    });
    worker.on('error', (error) => log.fatal({ err: error }, `the ${name} has died; restart the server`));
    return new WorkerThread(worker, calls, provider);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
