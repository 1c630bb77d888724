export { isMeasuring, measure, passOn, setMeasurementSink, type Measurement } from './measure';
export { measured } from './measured';
export { METRICS, type LabelsOf, type Metric, type MetricName } from './metric-table';
export { stageTimes, type StageTimes } from './stages';
export { codeOf, currentScope, inScope, inTrace, nowMs, spanned, Trace, type Span, type TraceScope } from './trace';
