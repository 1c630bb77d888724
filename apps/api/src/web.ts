import { createServer, type IncomingMessage, type Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import type { App, Readiness } from '@wentu/composition';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { Authenticator } from './access/authenticator';
import { createAddressOf } from './access/client-address';
import { createContext, type Context } from './graphql/context';
import { createFormatError } from './graphql/format-error';
import { createProtection, refuseSubscriptionsOverHttp } from './graphql/protection';
import { createSchema } from './graphql/schema';
import { serveSubscriptions } from './graphql/subscriptions';
import { goneSignal, isClientGone } from './http/client-gone';
import { Callers, signImagesFor } from './http/callers';
import { createGraphiqlRoute } from './http/graphiql';
import { answersAlive, healthRoutes, metricsRoute } from './http/health';
import { createHostGuard } from './http/host-guard';
import { createImageRoute } from './http/image-route';
import { servePage } from './http/page-route';
import { createRemotePictureRoute } from './http/remote-picture-route';
import { createPutRoute } from './http/put-route';
import { createBodyReader, MAX_ORDINARY_BYTES } from './http/read-body';
import { sendError } from './http/send-error';
import { pageSession, sessionRoutes } from './http/session-route';
import { createUploadRoute } from './http/upload-route';
import { createZipRoutes } from './http/zip-route';
import { WarmUp } from './http/warm-up';
import { Admission, turnOf } from './limits/admission';
import { createClientKey } from './limits/client-key';
import { limitConnections } from './limits/connection-limits';
import { RateLimit } from './limits/rate-limit';
import { refuseRepeats } from './limits/repeated-fields';
import { RequestLife } from './limits/request-life';
import { SendingBytes, answerBytesOf } from './limits/sending-bytes';
import { Turns } from './limits/turns';
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
  readonly authenticator: Authenticator;
  /** Waits for open requests. */
  close(): Promise<void>;
}

/**
 * Serves the app over HTTP and WebSocket.
 * @param webRoot the folder of the built page
 */
export async function createWeb(app: App, log: Logger, webRoot: string): Promise<Web> {
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
  const { access } = app.config;
  if (access.trustedProxies.length > 0) web.set('trust proxy', [...access.trustedProxies]);
  const addressOf = createAddressOf(access.trustedProxies);
  const authenticator = new Authenticator(app.identities, access);
  const callers = new Callers(app, authenticator, addressOf, log);
  const { sessionOf } = callers;
  const protection = createProtection(limits);
  const formatError = createFormatError(log);
  const guard = createHostGuard(app.config);
  const checkHost = hostGuard(guard, log);
  const metrics = createMetrics(createRefresh(app, admission));
  // The SDK is large, and most servers send no traces.
  const traces = app.config.sendsTraces
    ? (await import('./telemetry/otel')).openTraceExport((await app.describe()).version)
    : null;
  const watch = createRequestWatch(log, app.config.slowMs, traces && ((trace) => traces.add(trace)));
  const sending = new SendingBytes(limits.maxSendingBytes);
  const clientKey = createClientKey(addressOf);
  const rate = new RateLimit(app.rateLimiter, clientKey);

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
      measureOperations,
    ],
  });
  const execution = socketExecution(watch.finish);
  const sockets = serveSubscriptions({
    ...{ server, schema, app, callers, limits, guard, protection, formatError, execution },
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
  web.use(watch.begin);
  const warmUp = new WarmUp(web, callers, app, log);
  healthRoutes(web, () => readiness(app, warmUp));
  // Monitoring names hosts that are no names of the page.
  web.use((request, response, next) => {
    if (request.path === '/metrics') next();
    else checkHost(request, response, next);
  });
  web.use(rate.middleware);
  web.use(callers.middleware);
  metricsRoute(web, metrics, sessionOf);
  sessionRoutes(web, callers);
  const graphiql = createGraphiqlRoute();
  if (app.config.graphiql)
    web.get('/graphql', (request, response, next) => {
      if (!wantsPage(request)) return next();
      // The page asks for a key.
      const isNobody = callers.callerOf(request).principal.rights.size === 0;
      return isNobody ? response.redirect('/') : graphiql(request, response);
    });
  web.all(
    '/graphql',
    callers.refuseNobody,
    sending.middleware,
    watch.receiving(createBodyReader(limits.maxBodyBytes, 'WENTU_MAX_BODY_BYTES')),
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
          signImage: signImagesFor(callers.callerOf(req)),
        }),
    }),
  );
  web.put('/uploads/:id/*path', createUploadRoute(sessionOf));
  web.put(
    '/collections/:name/images/*imageId',
    createPutRoute(sessionOf, (request) => signImagesFor(callers.callerOf(request))),
  );
  web.post('/remote-picture', callers.refuseNobody, sending.middleware, ...createRemotePictureRoute(sessionOf));
  const zips = createZipRoutes(sessionOf, async (request, cost) => await rate.spend(request, cost), clientKey);
  web.post('/images/zip', callers.refuseNobody, createBodyReader(MAX_ORDINARY_BYTES), zips.order);
  web.get('/images/zip/:ticket', callers.refuseNobody, zips.send);
  web.get('/images/:id', sending.middleware, createImageRoute(sessionOf, limits, app.pictures));
  await servePage(web, webRoot, (request) => pageSession(callers, callers.callerOf(request)));
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
    authenticator,
    async close() {
      warmUp.stop();
      stopLooking();
      await sockets.close();
      await apollo.stop();
      await traces?.close();
      await authenticator.close();
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
        'Access-Control-Allow-Headers':
          'content-type, authorization, apollo-require-preflight, x-apollo-operation-name, x-request-id',
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
