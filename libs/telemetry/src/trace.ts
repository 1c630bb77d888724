import { AsyncLocalStorage } from 'node:async_hooks';

/** A step of a request. Times are milliseconds since the epoch, with fractions. */
export interface Span {
  readonly id: number;
  /** The id of the step that contains this one; 0: the request itself. */
  readonly parent: number;
  /** For example `index.search`; the word before the dot is its stage. */
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The code of the error that ended the step; null: it succeeded. */
  readonly code: string | null;
}

/** A request with thousands of steps keeps the first ones. */
const MAX_SPANS = 1_000;

/** The steps of one request, in the order of their ends. */
export class Trace {
  readonly spans: Span[] = [];
  readonly startMs = nowMs();
  /** The number of steps that were not kept. */
  dropped = 0;
  private lastId = 0;
  private isOver = false;

  /** @param id the id of the request */
  constructor(readonly id: string) {}

  nextId(): number {
    return ++this.lastId;
  }

  add(span: Span): void {
    // Work that a request began, such as a load, continues after its end.
    if (this.isOver) return;
    if (this.spans.length < MAX_SPANS) this.spans.push(span);
    else this.dropped++;
  }

  /** Adds a step that was measured at another place. */
  record(name: string, startMs: number, endMs: number, parent = 0): void {
    this.add({ id: this.nextId(), parent, name, startMs, endMs, code: null });
  }

  /** Adds the steps of another thread below the step `parent`. */
  adopt(spans: readonly Span[], parent: number): void {
    const ids = new Map(spans.map(({ id }) => [id, this.nextId()]));
    for (const span of spans)
      this.add({ ...span, id: ids.get(span.id) as number, parent: ids.get(span.parent) ?? parent });
  }

  /** Later steps are ignored. */
  end(): void {
    this.isOver = true;
  }
}

/** A place in a trace: new steps become parts of the step `span`. */
export interface TraceScope {
  readonly trace: Trace;
  readonly span: number;
}

const scopes = new AsyncLocalStorage<TraceScope>();

/** The trace of the request for which this code runs; undefined without one. */
export const currentScope = (): TraceScope | undefined => scopes.getStore();

/** Runs the work, and everything that it starts, as part of the trace. */
export const inTrace = <T>(trace: Trace, work: () => T): T => scopes.run({ trace, span: 0 }, work);

/** Runs the work, and everything that it starts, at this place of a trace; without a place it only runs. */
export const inScope = <T>(scope: TraceScope | undefined, work: () => T): T =>
  scope ? scopes.run(scope, work) : work();

/** Adds the work to the current trace as a step. Without a trace it only runs. */
export function spanned<T>(name: string, work: () => Promise<T>): Promise<T> {
  const scope = scopes.getStore();
  if (!scope) return work();
  const { trace, span: parent } = scope;
  const id = trace.nextId();
  const startMs = nowMs();
  const end = (code: string | null): void => trace.add({ id, parent, name, startMs, endMs: nowMs(), code });
  return scopes.run({ trace, span: id }, work).then(
    (result) => {
      end(null);
      return result;
    },
    (error: unknown) => {
      end(codeOf(error));
      throw error;
    },
  );
}

/** Milliseconds since the epoch; the same clock in all threads. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A code from a small set: one of Wentu, GONE for a request that its client left, or INTERNAL. */
export function codeOf(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  if (name === 'GoneError' || name === 'AbortError') return 'GONE';
  return typeof code === 'string' && CODES.has(code) ? code : 'INTERNAL';
}

const CODES = new Set([
  ...['INVALID_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'INDEX_MISMATCH'],
  ...['LIMIT_EXCEEDED', 'UNAVAILABLE'],
]);
