import { BertNormalizer, BertPreTokenizer, WordPiece } from '@huggingface/tokenizers';
import { InvalidInputError, type TextUnderstanding } from '@wentu/domain';
import { explainParts, type Part, type Word } from './explain-text';

/** Turns a text into the ids of its word pieces. */
export interface Tokenizer {
  /**
   * Special tokens and as many others as fit, for example [CLS], at most contextLength − 2 pieces, [SEP]; not padded.
   */
  encode(text: string): number[];
  /** What the model reads of the text after `encode`. */
  explain(text: string): TextUnderstanding;
}

export interface TokenizerOptions {
  /** Ids that the model cannot distinguish from [UNK]. */
  readonly untrained?: ReadonlySet<number>;
  /**
   * `reference`: as cn_clip, byte for byte. `compatible`: a word with unknown pieces is read in its compatibility form
   * (NFKC) when that form has fewer of them: Kangxi radicals, full-width and circled characters. Words of known pieces
   * are read as in the reference.
   */
  readonly mode?: TokenizerMode;
}

export type TokenizerMode = 'reference' | 'compatible';

/** A word with more code points is one [UNK], as in the reference. */
const LONGEST_WORD = 200;
/** The longest word, in UTF-16 units, whose compatibility form is tried. NFKC makes up to 18 characters of one. */
const LONGEST_COMPATIBLE_WORD = 2_048;
/** The first part of a long text that is split, in UTF-16 units. */
const FIRST_SLICE = 1_024;

/**
 * The BERT WordPiece tokenizer of cn_clip 1.6.0 (`bert_tokenizer.py`).
 *
 * @param vocabulary word pieces by id
 * @throws InvalidInputError when the vocabulary has no [CLS], [SEP] or [UNK]
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
    // A word with a piece that is not in the vocabulary is one [UNK].
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

  /** Yields the words of a text until they have `count` pieces. */
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
    // One piece more than fits: if it exists, the text is cut.
    explain: (text) => explainParts(text, [...readParts(text, limit + 1)], limit, normalize),
  };
}

function unknownShare(words: readonly Word[]): number {
  const length = words.reduce((sum, word) => sum + word.text.length, 0);
  const unknown = words.reduce((sum, word) => sum + word.text.length * word.unknownShare, 0);
  return length === 0 ? 1 : unknown / length;
}

/**
 * The cleaning of cn_clip's `extract_features.py` for the texts of feature files. The tutorial's service does not do
 * it.
 */
export function cleanForEvaluation(text: string): string {
  return text.toLowerCase().replace(/[“”]/g, '"');
}

function specialId(ids: ReadonlyMap<string, number>, piece: string): number {
  const id = ids.get(piece);
  if (id !== undefined) return id;
  throw new InvalidInputError(`the vocabulary has ${ids.size} pieces but not ${piece}; install the model again`);
}

/** Ideographs that the reference isolates. The library does not, because it works on UTF-16 units. */
const HIGH_IDEOGRAPHS =
  /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;
/**
 * Characters that the library drops and the reference keeps: private use and lone surrogates. No vocabulary contains
 * them.
 */
const DROPPED = /[\p{Co}\p{Cs}]/gu;
/** A noncharacter: it is in no vocabulary, is never removed, and is not punctuation. So its word becomes [UNK]. */
const UNKNOWN_CHARACTER = '\u{10ffff}';

function correct(text: string): string {
  return isolateHighIdeographs(text).replace(DROPPED, UNKNOWN_CHARACTER);
}

export function isolateHighIdeographs(text: string): string {
  return text.replace(HIGH_IDEOGRAPHS, ' $& ');
}

/** White space and the ideographs that both tokenizers isolate. No word contains them and other characters. */
const BOUNDARY = /[\t\n\r \u3000\u3400-\u4dbf\u4e00-\u9fff]/g;

/** The first position at or after `from` where a cut splits no word; the end of the text when there is none. */
function safeCut(text: string, from: number): number {
  if (from >= text.length) return text.length;
  BOUNDARY.lastIndex = from;
  return BOUNDARY.exec(text)?.index ?? text.length;
}
