import { readFile } from 'node:fs/promises';
import { InvalidInputError } from '@wentu/domain';
import type { Command } from 'commander';
import type { Backend, SearchRequest, SearchView, TermView } from './backend';
import { addFilterFlags, filterOf, type FilterFlags } from './filter-flags';
import { parseCount } from './parse-count';
import { saveHits } from './save-hits';
import type { Terminal } from './terminal';
import { understandingNotes } from './understanding-notes';

/** Weight of a text after --not. */
const UNWANTED = -0.5;

interface SearchFlags extends FilterFlags {
  readonly collection: readonly string[];
  readonly all?: boolean;
  readonly like: readonly string[];
  readonly not: readonly string[];
  readonly topK: number;
  readonly words?: boolean;
  readonly once?: boolean;
  /** False with --no-dates. */
  readonly dates: boolean;
  readonly json?: boolean;
  readonly save?: string;
}

/** `wentu search [TEXT]` */
export function addSearchCommand(
  program: Command,
  { out, err, words }: Terminal,
  withBackend: (work: (backend: Backend) => Promise<void>) => Promise<void>,
): void {
  const texts = words.search;
  const oneMore = (value: string, before: readonly string[]): string[] => [...before, value];
  const search = program
    .command('search')
    .description(texts.description)
    .argument('[text]')
    .option('-c, --collection <name>', texts.collection, oneMore, [])
    .option('--all', texts.all)
    .option('--like <picture>', texts.like, oneMore, [])
    .option('--not <text>', texts.not, oneMore, [])
    .option('-k, --top-k <n>', texts.topK, parseCount(words, 1), 10)
    .option('--words', texts.words)
    .option('--once', texts.once)
    .option('--no-dates', texts.noDates)
    .option('--json', words.asJson)
    .option('--save <dir>', texts.save);
  addFilterFlags(search, words).action((text: string | undefined, flags: SearchFlags) =>
    withBackend(async (backend) => {
      const request = await toRequest(text, flags, texts);
      const found = await backend.search(request);
      const { hits, understanding, understood, unanswered } = found;
      if (understood) err.write(`${texts.understood(understood)}\n`);
      if (understanding)
        for (const note of understandingNotes(understanding, understood?.text ?? text ?? '', words.understanding))
          err.write(`${note}\n`);
      for (const each of unanswered) err.write(`${texts.unanswered(each)}\n`);
      if (found.ranking === 'RANKS') err.write(`${texts.byRanks}\n`);
      const saved = flags.save === undefined ? [] : await saveHits(backend, hits, flags.save);
      if (flags.json) out(JSON.stringify(hits, null, 2));
      else print(found, request, { out, err, words });
      if (flags.save !== undefined) err.write(`${texts.saved(saved.length, hits.length, flags.save)}\n`);
    }),
  );
}

async function toRequest(
  text: string | undefined,
  flags: SearchFlags,
  words: Terminal['words']['search'],
): Promise<SearchRequest> {
  const { collection, all, like, not, topK, once = false, dates } = flags;
  if (flags.words && (text === undefined || like.length > 0 || not.length > 0))
    throw new InvalidInputError(words.onlyWords);
  if (text === undefined && like.length === 0) throw new InvalidInputError(words.noQuery);
  if (all && collection.length > 0) throw new InvalidInputError(words.allOrSome);
  const terms: TermView[] = text === undefined ? [] : [{ text, weight: 1 }];
  for (const picture of like)
    terms.push({ ...(/^Image:\d+$/.test(picture) ? { image: picture } : { picture: await read(picture) }), weight: 1 });
  for (const unwanted of not) terms.push({ text: unwanted, weight: UNWANTED });
  const match = flags.words ? 'WORDS' : 'MEANING';
  const options = { topK, collapse: once, match, datesInWords: dates, filter: filterOf(flags) } as const;
  return { terms, collections: all ? 'all' : collection, ...options };
}

async function read(path: string): Promise<Uint8Array> {
  return await readFile(path).catch((error: unknown) => {
    throw new InvalidInputError(
      `cannot read the picture ${path}: ${String(error)}; give a picture file, or the id of an image such as Image:12`,
      { cause: error },
    );
  });
}

/**
 * One line per hit: similarity and distance, or what orders a mixed query and the collections of several. Its
 * duplicates follow, one line each.
 */
function print(
  { hits, ranking }: SearchView,
  { terms, collections }: SearchRequest,
  { out, err, words }: Pick<Terminal, 'out' | 'err' | 'words'>,
): void {
  const isOne = collections !== 'all' && collections.length < 2;
  const isPlain = isOne && terms.length === 1;
  // With ranks, each space has its own line.
  const firstOther = ranking === 'RANKS' ? -1 : hits.findIndex(({ isRelevant }) => isRelevant === false);
  for (const [rank, { score, similarity, distance, imageId, collection, duplicates }] of hits.entries()) {
    // On stderr, so that the columns of stdout contain no texts.
    if (rank === firstOther) err.write(`${rank === 0 ? words.search.noneLike : words.search.lessLike}\n`);
    const numbers = isPlain ? [similarity, distance] : [score, similarity];
    out([...numbers.map((value) => value.toFixed(4)), ...(isOne ? [] : [collection]), imageId].join('  '));
    for (const same of duplicates) out(['   =', ...(isOne ? [] : [same.collection]), same.imageId].join('  '));
  }
  if (hits.length === 0) out(words.search.nothing);
}
