import { createServer, type IncomingMessage, type Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import type { App, Readiness } from '@wentu/composition';
import type { Principal } from '@wentu/session';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
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
import { servePage } from './http/page-route';
import { createPutRoute } from './http/put-route';
import { createBodyReader } from './http/read-body';
import { sendError } from './http/send-error';
import { createSessionOf } from './http/session-of';
import { createUploadRoute } from './http/upload-route';
import { WarmUp } from './http/warm-up';
import { createMetrics } from './telemetry/metrics';
import { measureOperations, socketExecution } from './telemetry/operations';
import { createRefresh } from './telemetry/refresh';
import { createRequestWatch } from './telemetry/watch-requests';

export interface Web {
  /** The Express app with all routes. */
  readonly web: Express;
  /** Serves the routes and GraphQL over WebSocket. It does not listen yet. */
  readonly server: Server;
  readonly warmUp: WarmUp;
  /** Waits for open requests. */
  close(): Promise<void>;
}

/**
 * Serves the app over HTTP and WebSocket.
 * @param webRoot the folder of the built page
 * @param principalOf the sender of a request; by default everybody
 */
export async function createWeb(
  app: App,
  log: Logger,
  webRoot: string,
  principalOf?: (request: IncomingMessage) => Principal,
): Promise<Web> {
  const web = express();
  const server = createServer(web);
  // Slow senders must not hold connections forever, but a large picture may take some minutes. The limit does not
  // include the time until a load that the request waits for ends.
  server.requestTimeout = 10 * 60_000;
  server.headersTimeout = 20_000;
  const { limits } = app.config;
  const sessionOf = createSessionOf(app, principalOf);
  const schema = createSchema();
  const protection = createProtection(limits.maxQueryDepth);
  const formatError = createFormatError(log);
  const guard = createHostGuard(app.config);
  const metrics = createMetrics(createRefresh(app));
  // The SDK is large, and most servers send no traces.
  const traces = app.config.sendsTraces
    ? (await import('./telemetry/otel')).openTraceExport((await app.describe()).version)
    : null;
  const watch = createRequestWatch(log, app.config.slowMs, traces && ((trace) => traces.add(trace)));

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
      measureOperations,
    ],
  });
  const execution = socketExecution(watch.finish);
  const sockets = serveSubscriptions({
    ...{ server, schema, sessionOf, limits, guard, protection, formatError, execution },
  });
  await apollo.start();

  web.disable('x-powered-by');
  // An ETag would need a hash of every response, but no cache stores responses to POST. Pictures and pages have their
  // own ETags.
  web.disable('etag');
  web.use((_request, response, next) => {
    // Browsers must use the media type of the response, not guess it from the bytes.
    response.set('X-Content-Type-Options', 'nosniff');
    next();
  });
  web.use(watch.begin);
  const warmUp = new WarmUp(web, app, log);
  healthRoutes(web, () => readiness(app, warmUp), metrics);
  web.use(hostGuard(guard, log));
  const graphiql = createGraphiqlRoute();
  web.get('/graphql', (request, response, next) => (wantsPage(request) ? graphiql(request, response) : next()));
  web.all(
    '/graphql',
    createBodyReader(limits.maxBodyBytes),
    watch.resume,
    expressMiddleware(apollo, {
      context: async ({ req, res }) => createContext(sessionOf(req), goneSignal(res), limits.maxAnswerDataBytes),
    }),
  );
  web.put('/uploads/:id/*path', createUploadRoute(sessionOf));
  web.put('/collections/:name/images/*imageId', createPutRoute(sessionOf));
  web.get('/images/:id', createImageRoute(sessionOf, limits, app.pictures));
  await servePage(web, webRoot);
  web.use((_request, response) => void response.status(404).json({ error: 'there is nothing at this path' }));
  web.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent && isClientGone(error)) response.destroy();
    else if (response.headersSent) next(error);
    else sendError(response, error, log);
  });

  return {
    web,
    server,
    warmUp,
    async close() {
      warmUp.stop();
      await sockets.close();
      await apollo.stop();
      await traces?.close();
    },
  };
}

async function readiness(app: App, warmUp: WarmUp): Promise<Readiness> {
  const ofApp = await app.readiness();
  return ofApp.ready && !warmUp.isDone ? { ready: false, waitingFor: WarmUp.waitingFor } : ofApp;
}

/** The limit of logged reasons, so that clients cannot fill the log with invented ones. */
const MAX_LOGGED = 100;

function hostGuard(guard: ReturnType<typeof createHostGuard>, log: Logger) {
  const logged = new Set<string>();
  return (request: Request, response: Response, next: NextFunction): void => {
    const reason = guard.refuses(request);
    if (reason !== null) {
      // Browsers hide this response from the page that sent the request, so each reason is logged once for the
      // operator.
      if (!logged.has(reason) && logged.size < MAX_LOGGED) {
        logged.add(reason);
        log.warn(reason);
      }
      response.status(403).json({ errors: [{ message: reason, extensions: { code: 'FORBIDDEN' } }] });
      return;
    }
    // Set without an Origin header too: a picture is cached forever, and the cache must not reuse it for another
    // origin.
    response.vary('Origin');
    if (request.headers.origin !== undefined) {
      response.set({
        'Access-Control-Allow-Origin': request.headers.origin,
        'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, OPTIONS',
        'Access-Control-Allow-Headers': 'content-type, apollo-require-preflight, x-apollo-operation-name, x-request-id',
        'Access-Control-Expose-Headers': 'X-Wentu-Rendition, X-Request-Id',
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
