import type { ModelAdmin, ModelInstall, ModelInstaller, ModelPrecision } from '@wentu/domain';
import type { Remote } from '@wentu/worker-rpc';
import type { Logger } from 'pino';
import type { Config } from './config';
import type { ModelServices } from './model-worker';
import { WorkerThread } from './worker-thread';

/**
 * The installations, in a thread that the first call starts. When that thread dies, searches and loads go on, and the
 * next call starts another one, in which the interrupted installation is paused.
 */
export class LazyInstaller implements ModelInstaller, ModelAdmin {
  private thread: WorkerThread<'model worker'> | null = null;

  constructor(
    private readonly config: Config,
    /** The name of the server's own model. */
    private readonly own: string,
    private readonly log: Logger,
  ) {}

  async list(): Promise<ModelInstall[]> {
    return await this.installs.list();
  }

  async start(source: string, precision: ModelPrecision | null): Promise<ModelInstall> {
    return await this.installs.start(source, precision);
  }

  async pause(id: string): Promise<ModelInstall> {
    return await this.installs.pause(id);
  }

  async resume(id: string): Promise<ModelInstall> {
    return await this.installs.resume(id);
  }

  async cancel(id: string): Promise<ModelInstall> {
    return await this.installs.cancel(id);
  }

  async remove(name: string): Promise<void> {
    await this.opened.service('admin').remove(name);
  }

  async use(name: string): Promise<void> {
    await this.opened.service('admin').use(name);
  }

  async close(): Promise<void> {
    const { thread } = this;
    if (!thread) return;
    await Promise.race([thread.died, thread.service('thread').close()]);
    await thread.stop();
  }

  private get installs(): Remote<ModelServices['installs']> {
    return this.opened.service('installs');
  }

  private get opened(): WorkerThread<'model worker'> {
    if (!this.thread) {
      const thread = new WorkerThread('model worker', { config: this.config, own: this.own }, [], this.log);
      void thread.died.then(() => {
        if (this.thread === thread) this.thread = null;
      });
      this.thread = thread;
    }
    return this.thread;
  }
}
