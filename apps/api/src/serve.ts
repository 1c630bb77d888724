import { resolve } from 'node:path';
import { openApp, parseConfig, type App } from '@wentu/composition';
import { WentuError } from '@wentu/domain';
import type { Logger } from 'pino';
import { startServer, type RunningServer } from './server';
import { createLogger } from './telemetry/logger';

/** The time limit for open requests and loads at shutdown; after it the process is killed. */
const SHUTDOWN_MS = 15_000;
/** The interval between removals of abandoned uploads. */
const TIDY_MS = 60 * 60_000;
const WEB_ROOT = resolve(__dirname, '../../web/dist');

/** Runs the server until a signal or a fatal error. @returns the exit code */
export async function serve(env: NodeJS.ProcessEnv): Promise<number> {
  let log: Logger = createLogger('info');
  let app: App | undefined;
  let server: RunningServer | undefined;
  let signal: Promise<string>;
  let stopping = false;
  try {
    const config = parseConfig(env);
    log = createLogger(config.logLevel);
    app = await openApp(config, log);
    // Signals are handled before the server answers, because a client may stop it as soon as it is ready.
    signal = firstSignal();
    server = await startServer(app, log, WEB_ROOT);
    await app.announce(server.address);
    const running = app;
    const tidy = (): void =>
      void running.removeOldUploads().catch((error: unknown) => log.warn({ err: error }, 'uploads'));
    tidy();
    setInterval(tidy, TIDY_MS).unref();
    app.measureSimilarity().catch((error: unknown) => {
      if (!stopping) log.warn({ err: error }, 'the similarity floor of this model was not measured');
    });
  } catch (error) {
    await server?.close();
    await app?.close();
    if (!(error instanceof WentuError) && (error as NodeJS.ErrnoException).code !== 'EADDRINUSE')
      log.error({ err: error }, 'the server cannot start');
    process.stderr.write(`wentu: ${explain(error)}\n`);
    return error instanceof WentuError && error.code === 'INVALID_INPUT' ? 2 : 3;
  }
  process.stdout.write(`\n  文图 Wentu is at  ${server.address}\n  GraphiQL          ${server.address}/graphql\n\n`);
  // A server without one of its threads would seem healthy forever. It ends, so that its supervisor can start it again.
  const reason = await Promise.race([signal, app.died.then(explainDeath), server.failed]);
  stopping = true;
  const died = reason instanceof Error;
  if (died) process.stderr.write(`wentu: ${reason.message}\n`);
  log.info({ reason }, 'stopping');
  setTimeout(() => {
    log.error(`the server did not stop within ${SHUTDOWN_MS} ms; killing the process`);
    // A normal exit waits for the threads of libuv, and an unavailable share can block them forever.
    process.kill(process.pid, 'SIGKILL');
  }, SHUTDOWN_MS).unref();
  // Even if closing the connections fails, running loads must return to the queue.
  try {
    await server.close();
  } finally {
    await app.close();
  }
  return died ? 3 : 0;
}

function firstSignal(): Promise<string> {
  return new Promise((done) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, done);
  });
}

/** The error of a thread, or of a store that is not the expected one. */
function explainDeath(error: Error): Error {
  if (error instanceof WentuError) return error;
  return new Error(`a thread has died: ${error.message}; the server stops, start it again`, { cause: error });
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE'
    ? 'the port is in use; stop the program that uses it, or set PORT to another port'
    : message;
}
