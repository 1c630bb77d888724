import type { App } from '@wentu/composition';
import type { Logger } from 'pino';
import { checkStart } from './access/check-start';
import { addressOf, listen } from './http/listen';
import { createWeb } from './web';

export interface RunningServer {
  /** For example http://127.0.0.1:4000 */
  readonly address: string;
  /** Resolves when searches prove to be broken after the start, so that this process cannot work. */
  readonly failed: Promise<Error>;
  /** Waits for open requests, then closes the server; the app stays open. */
  close(): Promise<void>;
}

/** Serves the app. @param webRoot the folder of the built page */
export async function startServer(app: App, log: Logger, webRoot: string): Promise<RunningServer> {
  const web = await createWeb(app, log, webRoot);
  const { server, warmUp, authenticator } = web;
  await checkStart(app.config, authenticator, log);
  await warmUp.begin();
  await listen(server, app.config.port, app.config.host);
  return { address: addressOf(server, app.config.host), failed: warmUp.failed, close: () => web.close() };
}
