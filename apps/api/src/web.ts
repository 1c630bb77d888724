import { createServer, type IncomingMessage, type Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
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
import { answersAlive, healthRoutes } from './http/health';
import { createHostGuard } from './http/host-guard';
import { createImageRoute } from './http/image-route';
import { createMetrics } from './http/metrics';
import { servePage } from './http/page-route';
import { createPutRoute } from './http/put-route';
import { createBodyReader } from './http/read-body';
import { sendError } from './http/send-error';
import { createSessionOf } from './http/session-of';
import { createUploadRoute } from './http/upload-route';
import { WarmUp } from './http/warm-up';
import { Admission, turnOf } from './limits/admission';
import { createClientKey } from './limits/client-key';
import { limitConnections } from './limits/connection-limits';
import { RateLimit } from './limits/rate-limit';
import { refuseRepeats } from './limits/repeated-fields';
import { RequestLife } from './limits/request-life';
import { SendingBytes, answerBytesOf } from './limits/sending-bytes';
import { Turns } from './limits/turns';

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
  const { limits } = app.config;
  const schema = createSchema();
  const turns = new Turns();
  const admission = new Admission(schema, limits, turns);
  const server = createServer((request, response) => {
    if (answersAlive(request, response) || admission.refuses(request, response)) return;
    web(request, response);
  });
  // Slow senders must not hold connections forever, but a large picture may take some minutes. The limit does not
  // include the time until a load that the request waits for ends.
  server.requestTimeout = 10 * 60_000;
  server.headersTimeout = 20_000;
  server.on('connection', () => turns.noteArrival());
  const stopLooking = limitConnections(server, limits);
  const sessionOf = createSessionOf(app, principalOf);
  const protection = createProtection(limits);
  const formatError = createFormatError(log);
  const guard = createHostGuard(app.config);
  const metrics = createMetrics();
  const sending = new SendingBytes(limits.maxSendingBytes);
  const rate = new RateLimit(app.rateLimiter, createClientKey(app.config.trustedProxies));

  const apollo = new ApolloServer<Context>({
    schema,
    formatError,
    introspection: app.config.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: protection.maxTokens },
    validationRules: protection.rules,
    plugins: [
      ApolloServerPluginDrainHttpServer({ httpServer: server, stopGracePeriodMillis: 5_000 }),
      ApolloServerPluginLandingPageDisabled(),
      // It would look at every field, and no type has a cache hint.
      ApolloServerPluginCacheControlDisabled(),
      refuseSubscriptionsOverHttp,
      admission.plugin,
    ],
  });
  const sockets = serveSubscriptions({
    ...{ server, schema, sessionOf, limits, guard, protection, formatError },
    ...{ admission, sending, rate, turns },
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
  web.use(metrics.middleware);
  const warmUp = new WarmUp(web, app, log);
  healthRoutes(web, () => readiness(app, warmUp), metrics);
  web.use(hostGuard(guard, log));
  web.use(rate.middleware);
  const graphiql = createGraphiqlRoute();
  if (app.config.graphiql)
    web.get('/graphql', (request, response, next) => (wantsPage(request) ? graphiql(request, response) : next()));
  web.all(
    '/graphql',
    sending.middleware,
    createBodyReader(limits.maxBodyBytes),
    admission.waitForTurn,
    refuseRepeats(limits.maxQueryTokens),
    expressMiddleware(apollo, {
      context: async ({ req, res }) =>
        createContext({
          session: sessionOf(req),
          life: new RequestLife(goneSignal(res), (error) => {
            if (!res.headersSent) sendError(res, error, log);
          }),
          maxDataBytes: limits.maxAnswerDataBytes,
          bytes: answerBytesOf(res),
          spend: async (cost) => await rate.spend(req, cost),
          leaveTurn: turnOf(res),
          turns,
        }),
    }),
  );
  web.put('/uploads/:id/*path', createUploadRoute(sessionOf));
  web.put('/collections/:name/images/*imageId', createPutRoute(sessionOf));
  web.get('/images/:id', sending.middleware, createImageRoute(sessionOf, limits, app.pictures));
  await servePage(web, webRoot);
  web.use((_request, response) => void response.status(404).json({ error: 'there is nothing at this path' }));
  web.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    // Its time was over, and it has an answer already.
    if (response.writableEnded) return;
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
      stopLooking();
      await sockets.close();
      await apollo.stop();
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
    response.set('Cross-Origin-Resource-Policy', guard.resourcePolicy);
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
