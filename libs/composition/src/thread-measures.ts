import { parentPort } from 'node:worker_threads';
import { setMeasurementSink, type Measurement } from '@wentu/telemetry';

/** Measurements of a worker thread, for the main thread. */
export interface ThreadMeasuresMessage {
  readonly type: 'measures';
  readonly measurements: readonly Measurement[];
}

/** How long measurements wait for others, so that few messages are sent. */
const SEND_MS = 250;
const MAX_HELD = 500;

/** Sends all measurements of this worker thread to its parent. */
export function sendMeasures(): void {
  const held: Measurement[] = [];
  const send = (): void => {
    const measurements = held.splice(0);
    if (measurements.length > 0)
      parentPort?.postMessage({ type: 'measures', measurements } satisfies ThreadMeasuresMessage);
  };
  setMeasurementSink((measurement) => {
    held.push(measurement);
    if (held.length >= MAX_HELD) send();
    else if (held.length === 1) setTimeout(send, SEND_MS).unref();
  });
}
