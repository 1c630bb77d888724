import { BertNormalizer, BertPreTokenizer, WordPiece } from '@huggingface/tokenizers';
import { InvalidInputError, type TextUnderstanding } from '@wentu/domain';
import { explainParts, type Part, type Word } from './explain-text';

/** Turns a text into the ids of its word pieces. */
export interface Tokenizer {
  /** [CLS], at most contextLength − 2 pieces, [SEP]; not padded. */
  encode(text: string): number[];
  /** What the model reads in the text that `encode` gives it. */
  explain(text: string): TextUnderstanding;
}

export interface TokenizerOptions {
  /** Ids that the model cannot tell from [UNK]. */
  readonly untrained?: ReadonlySet<number>;
  /**
   * `reference`: as cn_clip, byte for byte. `compatible`: a word that has unknown pieces is read in its compatibility
   * form (NFKC) where that has fewer: Kangxi radicals, full-width and circled characters. Words of known pieces are as
   * in the reference.
   */
  readonly mode?: TokenizerMode;
}

export type TokenizerMode = 'reference' | 'compatible';

/** Words of more code points are [UNK] as a whole, as in the reference. */
const LONGEST_WORD = 200;
/** Longer words are not tried in their compatibility form, in UTF-16 units. NFKC makes up to 18 characters of one. */
const LONGEST_COMPATIBLE_WORD = 2_048;
/** How much of a long text is looked at first, in UTF-16 units. */
const FIRST_SLICE = 1_024;

/**
 * BERT WordPiece as cn_clip 1.6.0 does it (`bert_tokenizer.py`).
 *
 * @param vocabulary word pieces by id
 * @throws InvalidInputError when the vocabulary lacks [CLS], [SEP] or [UNK]
 */
export function createTokenizer(
  vocabulary: readonly string[],
  contextLength: number,
  { untrained = new Set(), mode = 'reference' }: TokenizerOptions = {},
): Tokenizer {
  const ids = new Map(vocabulary.map((piece, id) => [piece, id]));
  const [cls, sep, unknown] = ['[CLS]', '[SEP]', '[UNK]'].map((piece) => specialId(ids, piece)) as [
    number,
    number,
    number,
  ];
  const limit = contextLength - 2;
  const normalizer = new BertNormalizer({
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    lowercase: true,
    strip_accents: true,
  });
  const preTokenizer = new BertPreTokenizer();
  const wordPiece = new WordPiece({
    type: 'WordPiece',
    vocab: Object.fromEntries(ids),
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: LONGEST_WORD,
  });

  const normalize = (text: string): string => normalizer.normalize(correct(text));
  const split = (text: string): string[] => preTokenizer.pre_tokenize_text(normalize(text));

  function readWord(text: string): Word {
    const pieces = wordPiece.encode([text]).map((piece) => ids.get(piece) ?? unknown);
    // A word with a piece that the vocabulary lacks is [UNK] as a whole.
    const lengths =
      pieces[0] === unknown ? [text.length] : pieces.map((id, i) => (vocabulary[id]?.length ?? 0) - (i > 0 ? 2 : 0));
    const isUnknown = (id: number): boolean => id === unknown || untrained.has(id);
    const unknownLength = lengths.reduce((sum, length, i) => sum + (isUnknown(pieces[i] as number) ? length : 0), 0);
    return { text, ids: pieces, lengths, unknownShare: unknownLength / text.length };
  }

  function readPart(text: string): Part {
    const source = readWord(text);
    const asIs = { source, words: [source] };
    if (mode === 'reference' || source.unknownShare === 0 || text.length > LONGEST_COMPATIBLE_WORD) return asIs;
    const compatible = text.normalize('NFKC');
    if (compatible === text) return asIs;
    const words = split(compatible).map(readWord);
    return unknownShare(words) < source.unknownShare ? { source, words } : asIs;
  }

  /** The words of a text, until they have `count` pieces. */
  function* readParts(text: string, count: number): Generator<Part> {
    let pieces = 0;
    for (let start = 0, length = FIRST_SLICE; start < text.length && pieces < count; length *= 4) {
      const end = safeCut(text, start + length);
      for (const word of split(text.slice(start, end))) {
        const part = readPart(word);
        yield part;
        for (const { ids: more } of part.words) pieces += more.length;
        if (pieces >= count) break;
      }
      start = end;
    }
  }

  return {
    encode(text) {
      const pieces = [...readParts(text, limit)].flatMap(({ words }) => words.flatMap((word) => word.ids));
      return [cls, ...pieces.slice(0, limit), sep];
    },
    // One piece more than fits: whether there is one is what makes a text cut.
    explain: (text) => explainParts(text, [...readParts(text, limit + 1)], limit, normalize),
  };
}

function unknownShare(words: readonly Word[]): number {
  const length = words.reduce((sum, word) => sum + word.text.length, 0);
  const unknown = words.reduce((sum, word) => sum + word.text.length * word.unknownShare, 0);
  return length === 0 ? 1 : unknown / length;
}

/** The cleaning of cn_clip's `extract_features.py`, which the service's path doesn't have: apply it to feature files' texts. */
export function cleanForEvaluation(text: string): string {
  return text.toLowerCase().replace(/[“”]/g, '"');
}

function specialId(ids: ReadonlyMap<string, number>, piece: string): number {
  const id = ids.get(piece);
  if (id !== undefined) return id;
  throw new InvalidInputError(
    `the vocabulary has ${ids.size} pieces and ${piece} is none of them; install the model again`,
  );
}

/** Ideographs that the reference isolates and the library, which looks at UTF-16 units, does not. */
const HIGH_IDEOGRAPHS =
  /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;
/** What the library drops although the reference keeps it: private use and lone surrogates. No vocabulary has them. */
const DROPPED = /[\p{Co}\p{Cs}]/gu;
/** A noncharacter: in no vocabulary, never cleaned away, no punctuation; so its word is [UNK]. */
const UNKNOWN_CHARACTER = '\u{10ffff}';

function correct(text: string): string {
  return text.replace(HIGH_IDEOGRAPHS, ' $& ').replace(DROPPED, UNKNOWN_CHARACTER);
}

/** White space and the ideographs that both tokenizers isolate: words never reach across them. */
const BOUNDARY = /[\t\n\r \u3000\u3400-\u4dbf\u4e00-\u9fff]/g;

/** First place at or after `from` where cutting the text cuts no word; the text's end when there is none. */
function safeCut(text: string, from: number): number {
  if (from >= text.length) return text.length;
  BOUNDARY.lastIndex = from;
  return BOUNDARY.exec(text)?.index ?? text.length;
}
