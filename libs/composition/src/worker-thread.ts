import { Worker, type TransferListItem } from 'node:worker_threads';
import { RpcClient, type Remote } from '@wentu/worker-rpc';
import type { Logger } from 'pino';
import type { ThreadLogMessage } from './thread-log';

/** A worker thread of this library and the calls it answers. */
export class WorkerThread {
  private readonly worker: Worker;
  private readonly calls: RpcClient;
  /** Resolves when the thread has died of an error: what it held is gone, and its calls fail from then on. */
  readonly died: Promise<Error>;

  constructor(file: string, name: string, data: object, transferList: TransferListItem[], log: Logger) {
    this.worker = new Worker(file, { name, workerData: data, transferList });
    this.calls = new RpcClient(this.worker, name);
    this.worker.on('message', (message: ThreadLogMessage | { type: 'result' }) => {
      if (message.type === 'log')
        log[message.level](
          { thread: name, ...(message.level === 'error' ? { stack: message.stack } : {}) },
          message.message,
        );
    });
    this.died = new Promise((resolve) => {
      this.worker.once('error', (error) => {
        log.fatal({ err: error }, `the ${name} has died`);
        resolve(error);
      });
    });
  }

  service<T extends object>(name: string): Remote<T> {
    return this.calls.service<T>(name);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
