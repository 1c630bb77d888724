import { InvalidInputError, LimitExceededError } from '@wentu/domain';
import { readAnswers, type QueryKind } from './answer-file';

/** Right answers and predictions are held, about 100 bytes an id. */
const MAX_QUERIES = 5_000_000;

export interface Predictions {
  readonly kind: QueryKind;
  /** Ids by query, best first. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/**
 * Predictions as cn_clip's evaluation wants them: for each query once, at least `least` different ids, of which the first
 * `least` are kept.
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
        `${where}: the line is of ${line.kind}s, those before are of ${kind}s; keep them apart`,
      );
    if (lists.has(id)) throw new InvalidInputError(`${where}: ${kind}_id ${id} was met before; each is predicted once`);
    if (answers.length < least) {
      throw new InvalidInputError(
        `${where}: ${kind}_id ${id} has ${answers.length} predictions; ${least} are needed, make them with --top-k ${least} (there must be as many to be found)`,
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
 * The right answers for queries of a kind. For images the file may be the one of texts, which name their images: it is
 * turned around, as cn_clip's `transform_ir_annotation_to_tr.py` does.
 * @throws InvalidInputError with file and line
 */
export async function readRelevant(path: string, kind: QueryKind): Promise<Map<string, Set<string>>> {
  const relevant = new Map<string, Set<string>>();
  const seen = new Set<string>();
  let fileKind: QueryKind | undefined;
  for await (const { where, kind: lineKind, id, answers } of readAnswers(path)) {
    fileKind ??= lineKind;
    if (lineKind !== fileKind)
      throw new InvalidInputError(`${where}: the line is of ${lineKind}s, those before are of ${fileKind}s`);
    if (lineKind === 'image' && kind === 'text')
      throw new InvalidInputError(
        `${where}: the predictions are of texts, these answers of images; give the texts file`,
      );
    if (seen.has(id)) throw new InvalidInputError(`${where}: ${lineKind}_id ${id} was met before`);
    seen.add(id);
    if (lineKind === kind) relevant.set(id, new Set(answers));
    else for (const answer of answers) relevant.set(answer, (relevant.get(answer) ?? new Set()).add(id));
    checkCount(Math.max(seen.size, relevant.size), path);
  }
  if (relevant.size === 0) throw new InvalidInputError(`${path} names no image of any text; evaluate needs those`);
  return relevant;
}

function checkCount(count: number, path: string): void {
  if (count > MAX_QUERIES)
    throw new LimitExceededError(`${path} has more than ${MAX_QUERIES} queries; evaluate a part of them`);
}
