import { resolve } from 'node:path';
import { openApp, parseConfig, type App } from '@wentu/composition';
import { WentuError } from '@wentu/domain';
import pino, { type Logger } from 'pino';
import { startServer, type RunningServer } from './server';

/** How long open requests and loads may take to stop before the process ends anyway. */
const SHUTDOWN_MS = 15_000;
/** How often uploads that nobody finished are looked for. */
const TIDY_MS = 60 * 60_000;
const WEB_ROOT = resolve(__dirname, '../../web/dist');

/** Runs the server until it is told to stop. @returns the exit code */
export async function serve(env: NodeJS.ProcessEnv): Promise<number> {
  let log: Logger = pino();
  let app: App | undefined;
  let server: RunningServer | undefined;
  let signal: Promise<string>;
  let stopping = false;
  try {
    const config = parseConfig(env);
    log = pino({ level: config.logLevel });
    app = await openApp(config, log);
    // Before it answers: who has seen it ready may stop it at once, and then it stops in order.
    signal = firstSignal();
    server = await startServer(app, log, WEB_ROOT);
    await app.announce(server.address);
    const running = app;
    const tidy = (): void =>
      void running.removeOldUploads().catch((error: unknown) => log.warn({ err: error }, 'uploads'));
    tidy();
    setInterval(tidy, TIDY_MS).unref();
    app.measureSimilarity().catch((error: unknown) => {
      if (!stopping) log.warn({ err: error }, 'what similar means to this model was not measured');
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
  // Half a server would look alive for ever; whoever supervises this one can start it again.
  const reason = await Promise.race([signal, app.died.then(explainDeath), server.failed]);
  stopping = true;
  const died = reason instanceof Error;
  if (died) process.stderr.write(`wentu: ${reason.message}\n`);
  log.info({ reason }, 'stopping');
  setTimeout(() => {
    log.error(`not stopped after ${SHUTDOWN_MS} ms; ending anyway`);
    // An exit waits for libuv's threads, and a share whose server is gone keeps them for ever.
    process.kill(process.pid, 'SIGKILL');
  }, SHUTDOWN_MS).unref();
  // Whatever the connections do, running loads go back to the queue.
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

/** A thread's own error, or that the store is not the right one. */
function explainDeath(error: Error): Error {
  if (error instanceof WentuError) return error;
  return new Error(`a thread has died: ${error.message}; stopping, start the server again`, { cause: error });
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' ? 'the port is in use; stop what uses it, or set PORT to another one' : message;
}
