import { Worker, type TransferListItem } from 'node:worker_threads';
import { passOn } from '@wentu/telemetry';
import { RpcClient, type Remote } from '@wentu/worker-rpc';
import type { Logger } from 'pino';
import type { IndexServices, IndexWorkerData } from './index-worker';
import type { LoadEndMessage } from './load-end';
import type { LoadServices, LoadWorkerData } from './load-worker';
import type { ModelServices, ModelWorkerData } from './model-worker';
import type { PictureServices, PictureWorkerData } from './picture-worker';
import type { TextServices, TextWorkerData } from './text-worker';
import type { ThreadLogMessage } from './thread-log';
import type { ThreadMeasuresMessage } from './thread-measures';

/** The worker threads of this library, with their start data and their services. */
interface Threads {
  'text worker': { data: TextWorkerData; services: TextServices };
  'index worker': { data: IndexWorkerData; services: IndexServices };
  'picture worker': { data: PictureWorkerData; services: PictureServices };
  'model worker': { data: ModelWorkerData; services: ModelServices };
  'load worker': { data: LoadWorkerData; services: LoadServices };
}

const FILES: { readonly [N in keyof Threads]: string } = {
  'text worker': require.resolve('./text-worker'),
  'index worker': require.resolve('./index-worker'),
  'picture worker': require.resolve('./picture-worker'),
  'model worker': require.resolve('./model-worker'),
  'load worker': require.resolve('./load-worker'),
};

/** A worker thread of this library and its services. */
export class WorkerThread<N extends keyof Threads> {
  private readonly worker: Worker;
  private readonly calls: RpcClient<Threads[N]['services']>;
  /** Resolves when the thread has died of an error. Its state is lost, and its calls fail from then on. */
  readonly died: Promise<Error>;
  /** Called when a load of this thread has ended. */
  onLoadEnd: (id: number) => void = () => undefined;

  constructor(name: N, data: Threads[N]['data'], transferList: TransferListItem[], log: Logger) {
    this.worker = new Worker(FILES[name], { name, workerData: data, transferList });
    this.calls = new RpcClient(this.worker, name);
    this.worker.on(
      'message',
      (message: ThreadLogMessage | ThreadMeasuresMessage | LoadEndMessage | { type: 'result' }) => {
        if (message.type === 'measures') passOn(message.measurements);
        if (message.type === 'load-end') this.onLoadEnd(message.id);
        if (message.type === 'log')
          log[message.level](
            { thread: name, ...(message.level === 'error' ? { stack: message.stack } : {}) },
            message.message,
          );
      },
    );
    this.died = new Promise((resolve) => {
      this.worker.once('error', (error) => {
        log.fatal({ err: error }, `the ${name} has died`);
        resolve(error);
      });
    });
  }

  service<K extends keyof Threads[N]['services'] & string>(name: K): Remote<Threads[N]['services'][K]> {
    return this.calls.service(name);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
