import { nowMs, Trace } from '@wentu/telemetry';

/** An operation with hundreds of root fields keeps the first names. */
const MAX_NAMES = 20;

/** The steps of one HTTP request or WebSocket operation, and what the log says about it. */
export class RequestTrace extends Trace {
  /** Kinds and root fields of operations, such as `query search`. */
  readonly operations: string[] = [];
  /** Codes of the errors in the answer. */
  readonly codes = new Set<string>();
  endMs: number | null = null;
  private answeredMs: number | null = null;

  /** @param route one of a small set */
  constructor(
    id: string,
    readonly route: string,
    /** The header `traceparent` of the request, for OpenTelemetry. */
    readonly parent: string | null = null,
  ) {
    super(id);
  }

  noteOperation(operation: string, fields: readonly string[]): void {
    for (const field of fields) if (this.operations.length < MAX_NAMES) this.operations.push(`${operation} ${field}`);
  }

  noteError(code: string): void {
    if (this.codes.size < MAX_NAMES) this.codes.add(code);
  }

  /** The operation has its result; what follows is JSON, and sending it. */
  noteAnswer(): void {
    this.answeredMs = nowMs();
  }

  override end(): void {
    if (this.answeredMs !== null) this.record('sending.answer', this.answeredMs, nowMs());
    super.end();
    this.endMs ??= nowMs();
  }

  get totalMs(): number {
    return (this.endMs ?? nowMs()) - this.startMs;
  }
}
