import type { NextFunction, Request, Response } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly contentType: string;
  readonly middleware: (request: Request, response: Response, next: NextFunction) => void;
  read(): Promise<string>;
}

/** Process figures, event-loop delay among them, and how long requests take by route. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'wentu_' });
  const duration = new Histogram({
    name: 'wentu_http_request_duration_seconds',
    help: 'Time to the end of the answer, by route, method and status',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    middleware(request, response, next) {
      const end = duration.startTimer();
      // Now: by the end Express has taken the part off that a router is mounted at.
      const route = routeOf(request.path);
      response.once('finish', () => end({ route, method: request.method, status: response.statusCode }));
      next();
    },
    read: () => registry.metrics(),
  };
}

/** A fixed set: a label for every path that a stranger asks for would grow without end. */
function routeOf(path: string): string {
  if (path === '/graphql' || path === '/healthz' || path === '/readyz' || path === '/metrics') return path;
  return path.startsWith('/images/') ? '/images/:id' : 'page';
}
