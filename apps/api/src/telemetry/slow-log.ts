import { measure, stageTimes } from '@wentu/telemetry';
import type { Logger } from 'pino';
import type { RequestTrace } from './request-trace';

/** When everything is slow, more lines would say nothing new; the metric counts all. */
const MAX_LINES_A_MINUTE = 60;
const MINUTE_MS = 60_000;

/**
 * Logs requests that took longer than `slowMs`, with the time of each stage. A line has no text, path, name or picture.
 * @param slowMs 0: none
 */
export function createSlowLog(log: Logger, slowMs: number): (trace: RequestTrace) => void {
  let minute = 0;
  let lines = 0;
  return (trace) => {
    if (slowMs === 0 || trace.totalMs < slowMs || !isExpectedToBeFast(trace)) return;
    measure('slowRequests', 1, { route: trace.route });
    const now = Math.floor(performance.now() / MINUTE_MS);
    if (now !== minute) [minute, lines] = [now, 0];
    if (++lines > MAX_LINES_A_MINUTE) return;
    const { route, operations, codes, startMs, totalMs } = trace;
    log.warn(
      {
        requestId: trace.id,
        route,
        ...(operations.length > 0 ? { operations } : {}),
        ...(codes.size > 0 ? { codes: [...codes] } : {}),
        ms: Math.round(totalMs),
        stages: stageTimes(trace.spans, startMs, startMs + totalMs),
        calls: trace.spans.length + trace.dropped,
        slowest: slowestOf(trace),
      },
      'slow request',
    );
  };
}

/** Changes wait for loads, and uploads for their senders. */
function isExpectedToBeFast({ route, operations }: RequestTrace): boolean {
  if (route === '/uploads/:id' || route === '/collections/:name/images/:id') return false;
  return operations.every((operation) => operation.startsWith('query '));
}

/** The longest step that contains no other one, such as `rows.images.getEmbedded`. */
function slowestOf({ spans }: RequestTrace): { step: string; ms: number } | null {
  const parents = new Set(spans.map(({ parent }) => parent));
  const leaves = spans.filter(({ id }) => !parents.has(id));
  const [first] = leaves.toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs));
  return first ? { step: first.name, ms: Math.round(first.endMs - first.startMs) } : null;
}
