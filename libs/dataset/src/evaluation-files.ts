import { InvalidInputError, LimitExceededError } from '@wentu/domain';
import { readAnswers, type QueryKind } from './answer-file';

/** Right answers and predictions are kept in memory, about 100 bytes an id. */
const MAX_QUERIES = 5_000_000;

export interface Predictions {
  readonly kind: QueryKind;
  /** Ids by query, best first. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads predictions as cn_clip's evaluation needs them: each query once, with at least `least` different ids. Keeps the
 * first `least` ids.
 * @throws InvalidInputError with file and line
 */
export async function readPredictions(path: string, least: number): Promise<Predictions> {
  const lists = new Map<string, readonly string[]>();
  let kind: QueryKind | undefined;
  for await (const line of readAnswers(path)) {
    const { where, id, answers } = line;
    kind ??= line.kind;
    if (line.kind !== kind)
      throw new InvalidInputError(
        `${where}: the line has ${line.kind}_id, the lines before ${kind}_id; put them into two files`,
      );
    if (lists.has(id))
      throw new InvalidInputError(`${where}: ${kind}_id ${id} is on an earlier line too; give each query one line`);
    if (answers.length < least) {
      throw new InvalidInputError(
        `${where}: ${kind}_id ${id} has ${answers.length} predictions; ${least} are needed, make them with --top-k ${least} (the other file must have at least that many ids)`,
      );
    }
    const twice = answers.find((answer, i) => answers.indexOf(answer) < i);
    if (twice !== undefined) throw new InvalidInputError(`${where}: ${twice} is predicted twice for ${kind}_id ${id}`);
    lists.set(id, answers.slice(0, least));
    checkCount(lists.size, path);
  }
  return { kind: kind ?? 'text', lists };
}

/**
 * Reads the right answers for queries of one kind. For image queries the file may be the texts file, whose lines list
 * images: it is inverted, as cn_clip's `transform_ir_annotation_to_tr.py` does.
 * @throws InvalidInputError with file and line
 */
export async function readRelevant(path: string, kind: QueryKind): Promise<Map<string, Set<string>>> {
  const relevant = new Map<string, Set<string>>();
  const seen = new Set<string>();
  let fileKind: QueryKind | undefined;
  for await (const { where, kind: lineKind, id, answers } of readAnswers(path)) {
    fileKind ??= lineKind;
    if (lineKind !== fileKind)
      throw new InvalidInputError(
        `${where}: the line has ${lineKind}_id, the lines before ${fileKind}_id; put them into two files`,
      );
    if (lineKind === 'image' && kind === 'text')
      throw new InvalidInputError(
        `${where}: the predictions have text ids, but these answers have image ids; give the texts file`,
      );
    if (seen.has(id)) throw new InvalidInputError(`${where}: ${lineKind}_id ${id} is on an earlier line too`);
    seen.add(id);
    if (lineKind === kind) relevant.set(id, new Set(answers));
    else for (const answer of answers) relevant.set(answer, (relevant.get(answer) ?? new Set()).add(id));
    checkCount(Math.max(seen.size, relevant.size), path);
  }
  if (relevant.size === 0) throw new InvalidInputError(`${path} lists no image for any text, which evaluate needs`);
  return relevant;
}

function checkCount(count: number, path: string): void {
  if (count > MAX_QUERIES)
    throw new LimitExceededError(`${path} has more than ${MAX_QUERIES} queries; evaluate a part of them`);
}
