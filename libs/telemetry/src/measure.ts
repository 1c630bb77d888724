import type { LabelsOf, MetricName } from './metric-table';

/** An observation of a histogram, an addition to a counter, or the value of a gauge. */
export type Measurement = readonly [name: MetricName, value: number, labels: Readonly<Record<string, string>>];

let sink: ((measurement: Measurement) => void) | null = null;

/** Passes all measurements of this thread to the function; null: they are dropped. */
export function setMeasurementSink(take: ((measurement: Measurement) => void) | null): void {
  sink = take;
}

/** Reports a measurement of this thread. Without a sink it costs nothing. */
export function measure<N extends MetricName>(name: N, value: number, labels: LabelsOf<N>): void {
  sink?.([name, value, labels]);
}

/** Reports measurements that another thread has sent. */
export function passOn(measurements: readonly Measurement[]): void {
  if (sink) for (const measurement of measurements) sink(measurement);
}

/** Whether anything receives measurements. */
export const isMeasuring = (): boolean => sink !== null;
