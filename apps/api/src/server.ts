import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import type { App } from '@wentu/composition';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { createContext, type Context } from './graphql/context';
import { createFormatError } from './graphql/format-error';
import { createProtection, refuseSubscriptionsOverHttp } from './graphql/protection';
import { createSchema } from './graphql/schema';
import { serveSubscriptions } from './graphql/subscriptions';
import { goneSignal, isClientGone } from './http/client-gone';
import { createGraphiqlRoute } from './http/graphiql';
import { healthRoutes } from './http/health';
import { createHostGuard } from './http/host-guard';
import { createImageRoute } from './http/image-route';
import { createMetrics } from './http/metrics';
import { servePage } from './http/page-route';
import { createBodyReader } from './http/read-body';
import { sendError } from './http/send-error';
import { createUploadRoute } from './http/upload-route';

export interface RunningServer {
  /** Such as http://127.0.0.1:4000 */
  readonly address: string;
  /** Lets open requests end, then closes; the app stays open. */
  close(): Promise<void>;
}

/** Serves the app over HTTP and WebSocket. @param webRoot folder of the built page */
export async function startServer(app: App, log: Logger, webRoot: string): Promise<RunningServer> {
  const web = express();
  const server = createServer(web);
  // Slow senders must not hold connections for ever, but a large picture may take its time; a load that is waited for answers when it ends, however long that takes.
  server.requestTimeout = 10 * 60_000;
  server.headersTimeout = 20_000;
  const schema = createSchema();
  const protection = createProtection(app.config.limits.maxQueryDepth);
  const formatError = createFormatError(log);
  const guard = createHostGuard(app.config);
  const metrics = createMetrics();

  const apollo = new ApolloServer<Context>({
    schema,
    formatError,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: protection.maxTokens },
    validationRules: protection.rules,
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer: server, stopGracePeriodMillis: 5_000 }),
      ApolloServerPluginLandingPageDisabled(),
      refuseSubscriptionsOverHttp,
    ],
  });
  const sockets = serveSubscriptions({ server, schema, app, guard, protection, formatError });
  await apollo.start();

  web.disable('x-powered-by');
  // A hash of every answer, for caches that a POST never meets. Pictures and pages have tags of their own.
  web.disable('etag');
  web.use((_request, response, next) => {
    // No answer is what its bytes look like: it is what its type says.
    response.set('X-Content-Type-Options', 'nosniff');
    next();
  });
  web.use(metrics.middleware);
  healthRoutes(web, app, metrics);
  web.use(refuseStrangers(guard, log));
  const graphiql = createGraphiqlRoute();
  web.get('/graphql', (request, response, next) => (wantsPage(request) ? graphiql(request, response) : next()));
  web.use(
    '/graphql',
    createBodyReader(app.config.limits.maxBodyBytes),
    expressMiddleware(apollo, { context: ({ res }) => Promise.resolve(createContext(app, goneSignal(res))) }),
  );
  web.put('/uploads/:id/*path', createUploadRoute(app));
  web.get('/images/:id', createImageRoute(app));
  await servePage(web, webRoot);
  web.use((_request, response) => void response.status(404).json({ error: 'nothing is here' }));
  web.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent && isClientGone(error)) response.destroy();
    else if (response.headersSent) next(error);
    else sendError(response, error, log);
  });

  await warmUp(web, log);
  await listen(server, app.config.port, app.config.host);
  return {
    address: addressOf(server, app.config.host),
    async close() {
      await sockets.close();
      await apollo.stop();
    },
  };
}

/** A store that is away must not hold up the start. */
const MOST_WARM_UP_MS = 500;

/** Searches before anybody can ask, on a port of its own: otherwise the first to do so waits for all the code that has never run. */
async function warmUp(web: RequestListener, log: Logger): Promise<void> {
  const server = createServer(web);
  const signal = AbortSignal.timeout(MOST_WARM_UP_MS);
  const query =
    'query ($text: String!) { searchImages(text: $text, topK: 1) { distance similarity image { id imageId url(width: 320) } } }';
  try {
    await listen(server, 0, '127.0.0.1');
    for (let i = 0; i < 5; i++)
      await post(
        `${addressOf(server, '127.0.0.1')}/graphql`,
        JSON.stringify({ query, variables: { text: `预热${i}` } }),
        signal,
      );
  } catch (error) {
    log.debug({ err: error }, 'the first searches will be slower than later ones');
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Until the answer is there, whatever it is. */
async function post(url: string, body: string, signal: AbortSignal): Promise<void> {
  const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, signal }).end(body);
  // What it meets is met below; an end by the signal is told once more.
  sent.on('error', () => undefined);
  const [response] = (await once(sent, 'response', { signal })) as [IncomingMessage];
  response.resume();
  await once(response, 'end', { signal });
}

/** Whoever makes reasons up shall not fill the log. */
const MAX_TOLD = 100;

function refuseStrangers(guard: ReturnType<typeof createHostGuard>, log: Logger) {
  const told = new Set<string>();
  return (request: Request, response: Response, next: NextFunction): void => {
    const reason = guard.refuses(request);
    if (reason !== null) {
      // A browser keeps the answer from the page that asked: whoever runs the server is told, once.
      if (!told.has(reason) && told.size < MAX_TOLD) {
        told.add(reason);
        log.warn(reason);
      }
      response.status(403).json({ errors: [{ message: reason, extensions: { code: 'FORBIDDEN' } }] });
      return;
    }
    // Also without one: a picture that is cached for ever must not be taken for another origin's.
    response.vary('Origin');
    if (request.headers.origin !== undefined) {
      response.set({
        'Access-Control-Allow-Origin': request.headers.origin,
        'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, OPTIONS',
        'Access-Control-Allow-Headers': 'content-type, apollo-require-preflight, x-apollo-operation-name',
        'Access-Control-Expose-Headers': 'X-Wentu-Rendition',
        'Access-Control-Max-Age': '600',
      });
    }
    if (request.method === 'OPTIONS') response.status(204).end();
    else next();
  };
}

function wantsPage(request: IncomingMessage & { query: Record<string, unknown> }): boolean {
  return request.headers.accept?.includes('text/html') === true && request.query['query'] === undefined;
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  // One cannot connect to "any address".
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
