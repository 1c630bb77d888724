// Medians of the rounds, as JSON and as a table.
import { median as middle, output, show, toTable, versions as ownVersions } from '../lib/report.mjs';

const NAMES = { peer: 'tutorial', wentu: 'Wentu', 'wentu on servers': 'Wentu, MySQL + Milvus' };
/** Figures that are only in the JSON. */
const DETAILS = [
  /service alone|taken by others|with the start/,
  /search.* p95/,
  /(8 at once|repeated texts, 1 at once): p99/,
  /1 at once: queries/,
  /half its load: (queries|CPU)/,
];

/** Collects values of all rounds. */
export class Figures {
  /** @type {Record<string, Record<string, number[]>>} */
  rounds = {};

  add(who, values, prefix = '') {
    for (const [what, value] of Object.entries(values))
      ((this.rounds[`${prefix}${what}`] ??= {})[who] ??= []).push(round(value));
  }

  summary() {
    const of = (values) => ({ median: median(values), min: Math.min(...values), max: Math.max(...values), values });
    return Object.fromEntries(
      Object.entries(this.rounds).map(([what, those]) => [
        what,
        Object.fromEntries(Object.entries(those).map(([who, values]) => [who, of(values)])),
      ]),
    );
  }

  /**
   * The most important figures. The tutorial answers with pictures; its time is also compared with Wentu's answers with
   * URLs.
   */
  table() {
    const summary = this.summary();
    const order = Object.keys(NAMES).filter((who) => Object.values(summary).some((those) => who in those));
    const ours = order.filter((who) => who !== 'peer');
    const cell = (one) => (one ? `${show(one.median)} (${show(one.min)}–${show(one.max)})` : '');
    const lines = Object.entries(summary)
      .filter(([what]) => !DETAILS.some((detail) => detail.test(what)))
      .map(([what, those]) => {
        const peer = those.peer ?? summary[what.replace('URLs', 'data')]?.peer;
        const ratios = ours.map((who) => (peer?.median && those[who] ? show(those[who].median / peer.median) : ''));
        return [what, cell(peer), ...ours.map((who) => cell(those[who])), ...ratios];
      });
    const heads = ['What', ...order.map((who) => NAMES[who]), ...ours.map((who) => `${NAMES[who]} ÷ tutorial`)];
    return toTable(heads, lines);
  }
}

const round = (value) => Number(value.toPrecision(4));
const median = (values) => round(middle(values));

export function versions(python) {
  const wanted = ['cn_clip', 'torch', 'pymilvus', 'PyMySQL', 'fastapi', 'uvicorn', 'numpy'];
  const frozen = output(python, ['-m', 'pip', 'freeze'])
    .split('\n')
    .map((line) => line.split('=='));
  return {
    ...ownVersions(),
    milvus: '2.3.5',
    mariadb: /[\d.]+-MariaDB/.exec(output('mariadbd', ['--version']))?.[0],
    python: output(python, ['--version']).replace('Python ', ''),
    ...Object.fromEntries(frozen.filter(([name]) => wanted.includes(name))),
  };
}
