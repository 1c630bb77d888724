import type { IncomingMessage } from 'node:http';
import { inTrace, measure, nowMs } from '@wentu/telemetry';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { requestIdOf } from './request-id';
import { RequestTrace } from './request-trace';
import { createSlowLog } from './slow-log';

export interface RequestWatch {
  /** Gives each request an id, in the header `x-request-id` of both request and answer, and a trace; measures it. */
  readonly begin: RequestHandler;
  /** Reads the body as a step of the trace, and continues the trace after it, because reading may lose it. */
  readonly receiving: (readBody: RequestHandler) => RequestHandler;
  /** Reports a finished request or operation. */
  readonly finish: (trace: RequestTrace) => void;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']);
/** Of each of these routes, the label is the path. */
const FIXED = new Set(['/graphql', '/healthz', '/readyz', '/metrics', '/session']);
/** Scripts ask for these all the time. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * @param slowMs requests above it are logged; 0: none
 * @param onTrace receives each finished trace, for OpenTelemetry; null: none
 */
export function createRequestWatch(
  log: Logger,
  slowMs: number,
  onTrace: ((trace: RequestTrace) => void) | null,
): RequestWatch {
  // Following each step costs some per cent of the time of a search (docs/operations.md).
  const isTracing = slowMs > 0 || onTrace !== null;
  const enter = (trace: RequestTrace, next: NextFunction): void => (isTracing ? inTrace(trace, next) : next());
  const traces = new WeakMap<IncomingMessage, RequestTrace>();
  const logSlow = createSlowLog(log, slowMs);
  const inFlight = new Map<string, number>();
  const count = (route: string, by: number): void => {
    const now = (inFlight.get(route) ?? 0) + by;
    inFlight.set(route, now);
    measure('httpInFlight', now, { route });
  };
  const finish = (trace: RequestTrace): void => {
    trace.end();
    if (QUIET.has(trace.route)) return;
    logSlow(trace);
    onTrace?.(trace);
  };
  const begin = (request: Request, response: Response, next: NextFunction): void => {
    const id = requestIdOf(request.headers['x-request-id']);
    request.headers['x-request-id'] = id;
    response.set('X-Request-Id', id);
    // Read the path now: at the end of the request, Express has removed the mount path of a router from it.
    const route = routeOf(request.path);
    const method = METHODS.has(request.method) ? request.method : 'other';
    const { traceparent } = request.headers;
    const trace = new RequestTrace(id, route, typeof traceparent === 'string' ? traceparent : null);
    traces.set(request, trace);
    count(route, 1);
    response.once('close', () => {
      count(route, -1);
      const status = response.writableFinished ? String(response.statusCode) : 'gone';
      const ms = trace.totalMs;
      measure('httpSeconds', ms / 1_000, { route, method, status });
      finish(trace);
      if (QUIET.has(route)) return;
      const { operations } = trace;
      log.debug(
        { requestId: id, method, route, status, ms: Math.round(ms), ...(operations.length > 0 ? { operations } : {}) },
        'request',
      );
    });
    enter(trace, next);
  };
  const receiving =
    (readBody: RequestHandler): RequestHandler =>
    (request, response, next) => {
      const trace = traces.get(request);
      const startMs = nowMs();
      void readBody(request, response, (error?: unknown) => {
        trace?.record('receiving.body', startMs, nowMs());
        if (error !== undefined) next(error);
        else if (trace) enter(trace, next);
        else next();
      });
    };
  return { begin, receiving, finish };
}

/** A fixed set of labels: with a label for every requested path, the set would grow without limit. */
function routeOf(path: string): string {
  if (FIXED.has(path)) return path;
  if (path.startsWith('/images/')) return '/images/:id';
  if (path.startsWith('/uploads/')) return '/uploads/:id';
  return path.startsWith('/collections/') ? '/collections/:name/images/:id' : 'page';
}
