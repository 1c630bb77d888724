import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace as spans, type Context } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { stageTimes } from '@wentu/telemetry';
import type { RequestTrace } from './request-trace';

export interface TraceExport {
  /** Sends a finished trace, in batches with others. */
  add(trace: RequestTrace): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** An end of the process does not wait longer for a collector. */
const CLOSE_MS = 2_000;

/**
 * Sends traces to a collector by OTLP over HTTP. The SDK reads the usual variables OTEL_*: the address, headers, the
 * name of the service, the sampler. A collector that is away costs nothing but the traces.
 */
export function openTraceExport(version: string): TraceExport {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'wentu', 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('wentu', version);
  const propagator = new W3CTraceContextPropagator();
  return {
    add(trace) {
      const { parent, startMs, totalMs, operations, codes, route } = trace;
      const endMs = startMs + totalMs;
      const { waiting, encoding, index, rows, pictures, other } = stageTimes(trace.spans, startMs, endMs);
      const root = tracer.startSpan(
        operations.length === 1 ? (operations[0] as string) : route,
        {
          kind: SpanKind.SERVER,
          startTime: startMs,
          attributes: {
            'http.route': route,
            'wentu.request_id': trace.id,
            ...(operations.length > 0 ? { 'wentu.operations': operations } : {}),
            ...(codes.size > 0 ? { 'wentu.codes': [...codes] } : {}),
            'wentu.waiting_ms': waiting,
            'wentu.encoding_ms': encoding,
            'wentu.index_ms': index,
            'wentu.rows_ms': rows,
            'wentu.pictures_ms': pictures,
            'wentu.other_ms': other,
          },
        },
        contextOf(propagator, parent),
      );
      if (codes.has('INTERNAL') || codes.has('UNAVAILABLE')) root.setStatus({ code: SpanStatusCode.ERROR });
      const outermost = spans.setSpan(ROOT_CONTEXT, root);
      const contexts = new Map<number, Context>();
      // A step ends before the step that contains it, so the outer steps come last.
      for (const step of trace.spans.toReversed()) {
        const above = contexts.get(step.parent) ?? outermost;
        const span = tracer.startSpan(step.name, { startTime: step.startMs }, above);
        if (step.code !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: step.code });
        contexts.set(step.id, spans.setSpan(above, span));
        span.end(step.endMs);
      }
      root.end(endMs);
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

/** The caller's span, if the request has a valid `traceparent`. */
function contextOf(propagator: W3CTraceContextPropagator, traceparent: string | null): Context {
  if (traceparent === null) return ROOT_CONTEXT;
  return propagator.extract(
    ROOT_CONTEXT,
    { traceparent },
    { get: (carrier: object, key) => Reflect.get(carrier, key) as string, keys: Object.keys },
  );
}
