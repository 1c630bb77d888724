import type { Readiness } from '@wentu/composition';
import type { Express } from 'express';
import type { Metrics } from '../telemetry/metrics';

/**
 * Routes for load balancers and scripts: liveness, readiness, metrics. They need no host check, because they contain
 * nothing about the pictures.
 */
export function healthRoutes(web: Express, readiness: () => Promise<Readiness>, metrics: Metrics): void {
  web.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  web.get('/readyz', async (_request, response) => {
    const now = await readiness();
    response
      .set('Cache-Control', 'no-store')
      .status(now.ready ? 200 : 503)
      .json(now);
  });
  web.get('/metrics', async (_request, response) => void response.type(metrics.contentType).send(await metrics.read()));
}
