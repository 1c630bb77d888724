import type { Span } from './trace';

/** Milliseconds of a request by stage. Steps that run at the same time count once. */
export interface StageTimes {
  /** Until the body of the request was there: a large picture, or a slow client. */
  readonly receiving: number;
  /** In queues: of requests, of queries, of a tower, of the index, of the decoders. */
  readonly waiting: number;
  /** In a run of a tower, without the wait for it. */
  readonly encoding: number;
  /** Calls of the vector store, without waits. */
  readonly index: number;
  /** Calls of the metadata store. */
  readonly rows: number;
  /** Reading and decoding pictures, without waits. */
  readonly pictures: number;
  /** The answer as JSON, and its way to the client. */
  readonly sending: number;
  /** Outside all steps: parsing, validation, and the time in which the thread was busy with other requests. */
  readonly other: number;
}

type Interval = readonly [startMs: number, endMs: number];

/** @param spans the steps of a request that ran from `startMs` to `endMs` */
export function stageTimes(spans: readonly Span[], startMs: number, endMs: number): StageTimes {
  const of = (stage: string): Interval[] =>
    spans
      .filter(({ name }) => name.startsWith(`${stage}.`))
      .map((span): Interval => [Math.max(startMs, span.startMs), Math.min(endMs, span.endMs)]);
  const waits = of('wait');
  const waiting = length(waits);
  const beside = (stage: string): number => round(length([...of(stage), ...waits]) - waiting);
  const all = length(['receiving', 'wait', 'encoding', 'index', 'rows', 'pictures', 'sending'].flatMap(of));
  return {
    receiving: beside('receiving'),
    waiting: round(waiting),
    encoding: beside('encoding'),
    index: beside('index'),
    rows: beside('rows'),
    pictures: beside('pictures'),
    sending: beside('sending'),
    other: round(Math.max(0, endMs - startMs - all)),
  };
}

/** The length of the union. */
function length(intervals: readonly Interval[]): number {
  let sum = 0;
  let reached = -Infinity;
  for (const [start, end] of intervals.toSorted((a, b) => a[0] - b[0])) {
    if (end <= reached) continue;
    sum += end - Math.max(start, reached);
    reached = end;
  }
  return sum;
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
