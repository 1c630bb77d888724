import type { App } from '@wentu/composition';
import type { Logger } from 'pino';
import { addressOf, listen } from './http/listen';
import { createWeb } from './web';

export interface RunningServer {
  /** Such as http://127.0.0.1:4000 */
  readonly address: string;
  /** Resolves when searches turn out to be broken after the start: this process cannot do its work. */
  readonly failed: Promise<Error>;
  /** Lets open requests end, then closes; the app stays open. */
  close(): Promise<void>;
}

/** Serves the app. @param webRoot folder of the built page */
export async function startServer(app: App, log: Logger, webRoot: string): Promise<RunningServer> {
  const web = await createWeb(app, log, webRoot);
  const { server, warmUp } = web;
  await warmUp.begin();
  await listen(server, app.config.port, app.config.host);
  return { address: addressOf(server, app.config.host), failed: warmUp.failed, close: () => web.close() };
}
