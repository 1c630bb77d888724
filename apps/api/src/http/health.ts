import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readiness } from '@wentu/composition';
import type { Express } from 'express';
import type { Metrics } from '../telemetry/metrics';
import type { SessionOf } from './session-of';

const ALIVE = '{"status":"ok"}';

/**
 * Answers `GET /healthz`: the process is alive. It needs no routes, because it must answer while all of them are busy.
 * @returns false for other requests
 */
export function answersAlive(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url !== '/healthz' || request.method !== 'GET') return false;
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': ALIVE.length,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(ALIVE);
  return true;
}

/**
 * Routes for load balancers: liveness and readiness. They need no host check and no key, because they contain nothing
 * about the pictures.
 */
export function healthRoutes(web: Express, readiness: () => Promise<Readiness>): void {
  web.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  web.get('/readyz', async (_request, response) => {
    const now = await readiness();
    response
      .set('Cache-Control', 'no-store')
      .status(now.ready ? 200 : 503)
      .json(now);
  });
}

/** Metrics of the process, for those who may search. */
export function metricsRoute(web: Express, metrics: Metrics, sessionOf: SessionOf): void {
  web.get('/metrics', async (request, response) => {
    await sessionOf(request).server.checkMetrics();
    response.type(metrics.contentType).send(await metrics.read());
  });
}
