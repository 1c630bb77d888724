import { parser } from '@prometheus-io/lezer-promql';
import { METRICS, type Metric } from '@wentu/telemetry';

/** The metrics of a server, as it exposes them. */
export interface Exposed {
  /** The type of each metric. */
  readonly types: ReadonlyMap<string, string>;
  /** The labels and their values that each series has, by the name of the series, such as `x_bucket`. */
  readonly series: ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>;
}

const DECLARED = new Map(Object.values(METRICS).map((metric: Metric) => [metric.name, metric.labels]));
/** They have no series before the first failure. */
const RARE = new Set(['wentu_store_call_errors_total', 'wentu_decoder_deaths_total']);
/** Labels that Prometheus adds. */
const ADDED = ['instance', 'job'];

/** Reads the text format of Prometheus. */
export function readExposition(text: string): Exposed {
  const types = new Map<string, string>();
  const series = new Map<string, Readonly<Record<string, string>>[]>();
  for (const line of text.split('\n')) {
    const [, metric, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (metric !== undefined && type !== undefined) types.set(metric, type);
    const [, name, labels = ''] = /^([a-z_]\w*)(?:\{(.*)\})? \S+$/i.exec(line) ?? [];
    if (name === undefined) continue;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, value]) => [key, value]);
    series.set(name, [...(series.get(name) ?? []), Object.fromEntries(pairs) as Record<string, string>]);
  }
  return { types, series };
}

interface Selector {
  readonly metric: string;
  readonly labels: readonly { readonly name: string; readonly op: string; readonly value: string }[];
}

/** @returns what is wrong with a query of a dashboard, for this server; empty: nothing */
export function problemsOf(query: string, exposed: Exposed): string[] {
  const text = query.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*');
  const { selectors, grouped, errors } = parse(text);
  const labelsOf = (metric: string): Set<string> =>
    new Set([
      ...(RARE.has(metric) ? (DECLARED.get(metric) ?? []) : []),
      ...(exposed.series.get(metric) ?? []).flatMap((labels) => Object.keys(labels)),
      ...ADDED,
    ]);
  const problems = errors.map((at) => `no PromQL at ${at}`);
  if (selectors.length === 0) problems.push('no metric');
  for (const { metric, labels } of selectors) {
    const type = exposed.types.get(metric) ?? exposed.types.get(metric.replace(/_(bucket|sum|count)$/, ''));
    if (type === undefined) problems.push(`${metric} is not exposed`);
    else if ((type === 'histogram') !== /_(bucket|sum|count)$/.test(metric)) problems.push(`${metric} is a ${type}`);
    const all = exposed.series.get(metric) ?? [];
    if (all.length === 0 && !RARE.has(metric)) problems.push(`${metric} has no series`);
    for (const { name, op, value } of labels)
      if (!labelsOf(metric).has(name)) problems.push(`${metric} has no label ${name}`);
      else if (!ADDED.includes(name) && !all.some((each) => isMatch(each[name] ?? '', op, value)))
        problems.push(`no ${name} of ${metric} ${op} ${value}`);
  }
  const known = new Set(selectors.flatMap(({ metric }) => [...labelsOf(metric)]));
  for (const label of grouped) if (!known.has(label)) problems.push(`by (${label}): no metric of the query has it`);
  return problems;
}

function isMatch(given: string, op: string, value: string): boolean {
  const holds = op.endsWith('~') ? new RegExp(`^(?:${value})$`).test(given) : given === value;
  return op.startsWith('!') ? !holds : holds;
}

function parse(text: string): { selectors: Selector[]; grouped: string[]; errors: number[] } {
  const selectors: { metric: string; labels: { name: string; op: string; value: string }[] }[] = [];
  const grouped: string[] = [];
  const errors: number[] = [];
  const cursor = parser.parse(text).cursor();
  do {
    const { name, from, to, type } = cursor;
    const part = text.slice(from, to);
    if (type.isError) errors.push(from);
    if (name === 'VectorSelector') selectors.push({ metric: '', labels: [] });
    const selector = selectors.at(-1);
    const parent = cursor.node.parent?.name;
    if (name === 'Identifier' && selector && parent === 'VectorSelector') selector.metric = part;
    if (name === 'LabelName' && parent === 'GroupingLabels') grouped.push(part);
    if (name === 'UnquotedLabelMatcher') {
      const [, label = '', op = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(part) ?? [];
      selector?.labels.push({ name: label, op, value });
    }
  } while (cursor.next());
  return { selectors, grouped, errors };
}
