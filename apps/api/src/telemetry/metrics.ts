import { METRICS, setMeasurementSink, type Measurement, type MetricName } from '@wentu/telemetry';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly contentType: string;
  read(): Promise<string>;
}

type Taker = (value: number, labels: Readonly<Record<string, string>>) => void;

/**
 * Collects the measurements of all threads of this process, and metrics of the process such as event-loop delay.
 * @param refresh measures what is only known when it is asked for; called before each read
 */
export function createMetrics(refresh: () => Promise<void>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'wentu_' });
  const takers = Object.fromEntries(
    Object.keys(METRICS).map((name) => [name, register(name as MetricName, registry)]),
  ) as Record<MetricName, Taker>;
  setMeasurementSink(([name, value, labels]: Measurement) => takers[name](value, labels));
  return {
    contentType: registry.contentType,
    async read() {
      await refresh();
      return await registry.metrics();
    },
  };
}

function register(metric: MetricName, registry: Registry): Taker {
  const { kind, name, help, labels, ...rest } = METRICS[metric];
  const options = { name, help, labelNames: [...labels] as string[], registers: [registry] };
  switch (kind) {
    case 'histogram': {
      const histogram = new Histogram({ ...options, buckets: [...(rest as { buckets: readonly number[] }).buckets] });
      return (value, given) => histogram.observe(given, value);
    }
    case 'counter': {
      const counter = new Counter(options);
      return (value, given) => counter.inc(given, value);
    }
    case 'gauge': {
      const gauge = new Gauge(options);
      return (value, given) => gauge.set(given, value);
    }
  }
}
