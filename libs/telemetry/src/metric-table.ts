/** A metric with its labels. Every label has a small fixed set of values, so the number of series is bounded. */
export interface Metric<Label extends string = string> {
  readonly kind: 'histogram' | 'counter' | 'gauge';
  /** As Prometheus knows it. Units come last. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

const REQUEST_SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const CALL_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1, 5];
const WORK_SECONDS = [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20, 60];
const COUNTS = [1, 2, 4, 8, 16, 32, 64];

const histogram = <const Label extends string>(
  name: string,
  help: string,
  labels: readonly Label[],
  buckets: readonly number[],
): Metric<Label> => ({ kind: 'histogram', name, help, labels, buckets });
const counter = <const Label extends string>(name: string, help: string, labels: readonly Label[]): Metric<Label> => ({
  kind: 'counter',
  ...{ name, help, labels },
});
const gauge = <const Label extends string>(name: string, help: string, labels: readonly Label[]): Metric<Label> => ({
  kind: 'gauge',
  ...{ name, help, labels },
});

/** All metrics of Wentu except those of the process. docs/operations.md explains how to read them. */
export const METRICS = {
  httpSeconds: histogram(
    'wentu_http_request_duration_seconds',
    'Time to the end of the answer; status "gone": the client left before the end',
    ['route', 'method', 'status'],
    REQUEST_SECONDS,
  ),
  httpInFlight: gauge('wentu_http_requests_in_flight', 'Requests that are being answered', ['route']),
  admissionRunning: gauge(
    'wentu_admission_running',
    'Operations that run; queue is "requests", "queries" or "mutations"',
    ['queue'],
  ),
  admissionWaiting: gauge('wentu_admission_waiting', 'Operations that wait for their turn', ['queue']),
  admissionWait: histogram(
    'wentu_admission_wait_seconds',
    'Time that an operation waited for its turn',
    ['queue'],
    WORK_SECONDS,
  ),
  refused: counter(
    'wentu_requests_refused_total',
    'Requests and connections that were refused because the server has too much to do, or its client asked for too much',
    ['reason'],
  ),
  graphqlSeconds: histogram(
    'wentu_graphql_operation_duration_seconds',
    'Time of one operation by its root field; "several": more than one root field, "invalid": not executed',
    ['operation', 'field'],
    REQUEST_SECONDS,
  ),
  graphqlErrors: counter(
    'wentu_graphql_errors_total',
    'Errors in answers by root field and code; code INTERNAL is a bug',
    ['operation', 'field', 'code'],
  ),
  subscriptions: gauge('wentu_subscriptions', 'Subscriptions that are open', ['field']),
  slowRequests: counter('wentu_slow_requests_total', 'Requests above WENTU_SLOW_MS', ['route']),
  storeSeconds: histogram(
    'wentu_store_call_duration_seconds',
    'Time of one call, with its waits and retries; store "rows" is the metadata store, "index" the vector store',
    ['store', 'port', 'method'],
    CALL_SECONDS,
  ),
  storeErrors: counter('wentu_store_call_errors_total', 'Calls that failed, by code', [
    'store',
    'port',
    'method',
    'code',
  ]),
  encoderSeconds: histogram(
    'wentu_encoder_batch_duration_seconds',
    'Time of one run of a tower; tower is "text" or "image"',
    ['tower', 'provider'],
    WORK_SECONDS,
  ),
  encoderItems: histogram('wentu_encoder_batch_items', 'Texts or pictures in one run', ['tower'], COUNTS),
  encoderWait: histogram('wentu_encoder_wait_seconds', 'Time that a call waits for its run', ['tower'], CALL_SECONDS),
  encoderWaiting: gauge('wentu_encoder_waiting', 'Calls that wait for the tower', ['tower']),
  indexWait: histogram(
    'wentu_index_wait_seconds',
    'Time that a search waits for its batch in the embedded index',
    [],
    CALL_SECONDS,
  ),
  indexQueries: histogram('wentu_index_batch_queries', 'Queries in one batch of the embedded index', [], COUNTS),
  indexWaiting: gauge('wentu_index_waiting', 'Searches that wait for the embedded index', []),
  cacheRequests: counter('wentu_cache_requests_total', 'Look-ups by cache and result, "hit" or "miss"', [
    'cache',
    'result',
  ]),
  loads: gauge('wentu_loads', 'Loads and repairs that are queued or running, of all processes', ['status']),
  loadsFinished: counter('wentu_loads_finished_total', 'Loads that ended, by status', ['status']),
  loadItems: counter('wentu_load_items_total', 'Pictures of loads by outcome', ['outcome']),
  passImages: counter('wentu_pass_images_total', 'Pictures that a background pass has done: "words" or "facts"', [
    'pass',
  ]),
  wordsSeconds: histogram(
    'wentu_words_read_duration_seconds',
    'Time to read the words of one picture',
    [],
    WORK_SECONDS,
  ),
  decoderSeconds: histogram(
    'wentu_decoder_duration_seconds',
    'Time of one picture in a decoder process',
    ['task', 'outcome'],
    WORK_SECONDS,
  ),
  decoderWait: histogram(
    'wentu_decoder_wait_seconds',
    'Time that a picture waits for a decoder process; share "asked" is a search or a page, "load" a load',
    ['share'],
    WORK_SECONDS,
  ),
  decoderWaiting: gauge('wentu_decoder_waiting', 'Pictures that wait for a decoder process', []),
  decoderRunning: gauge('wentu_decoder_running', 'Pictures that are being decoded', []),
  decoderGrantedBytes: gauge('wentu_decoder_granted_bytes', 'Memory that running decodings may use', []),
  decoderDeaths: counter('wentu_decoder_deaths_total', 'Decoder processes that ended during a picture', []),
  info: gauge('wentu_info', 'Always 1', ['version', 'node', 'metadata_store', 'vector_store', 'execution_provider']),
} as const;

export type MetricName = keyof typeof METRICS;
/** A value for each label, by its name. */
export type LabelsOf<N extends MetricName> = Readonly<Record<(typeof METRICS)[N]['labels'][number], string>>;
