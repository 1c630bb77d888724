import type { NextFunction, Request, Response } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly contentType: string;
  readonly middleware: (request: Request, response: Response, next: NextFunction) => void;
  read(): Promise<string>;
}

/** Metrics of the process, such as event-loop delay, and the duration of requests by route. */
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
      // Read the path now: at the end of the request, Express has removed the mount path of a router from it.
      const route = routeOf(request.path);
      response.once('finish', () => end({ route, method: request.method, status: response.statusCode }));
      next();
    },
    read: () => registry.metrics(),
  };
}

/** A fixed set of labels: with a label for every requested path, the set would grow without limit. */
function routeOf(path: string): string {
  if (path === '/graphql' || path === '/healthz' || path === '/readyz') return path;
  if (path === '/metrics' || path === '/session') return path;
  return path.startsWith('/images/') ? '/images/:id' : 'page';
}
