import { BertNormalizer, BertPreTokenizer, WordPiece } from '@huggingface/tokenizers';
import { InvalidInputError } from '@wentu/domain';

/** Turns a text into the ids of its word pieces. */
export interface Tokenizer {
  /** [CLS], at most contextLength − 2 pieces, [SEP]; not padded. */
  encode(text: string): number[];
}

/** Words of more code points are [UNK] as a whole, as in the reference. */
const LONGEST_WORD = 200;
/** How much of a long text is looked at first, in UTF-16 units. */
const FIRST_SLICE = 1_024;

/**
 * BERT WordPiece as cn_clip 1.6.0 does it (`bert_tokenizer.py`).
 *
 * @param vocabulary word pieces by id
 * @throws InvalidInputError when the vocabulary lacks [CLS], [SEP] or [UNK]
 */
export function createTokenizer(vocabulary: readonly string[], contextLength: number): Tokenizer {
  const ids = new Map(vocabulary.map((piece, id) => [piece, id]));
  const [cls, sep, unknown] = ['[CLS]', '[SEP]', '[UNK]'].map((piece) => specialId(ids, piece)) as [
    number,
    number,
    number,
  ];
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

  function encodeSlice(text: string, limit: number): number[] {
    const pieces: number[] = [];
    for (const word of preTokenizer.pre_tokenize_text(normalizer.normalize(correct(text)))) {
      for (const piece of wordPiece.encode([word])) pieces.push(ids.get(piece) ?? unknown);
      if (pieces.length >= limit) break;
    }
    return pieces;
  }

  return {
    encode(text) {
      const limit = contextLength - 2;
      const pieces: number[] = [];
      for (let start = 0, length = FIRST_SLICE; start < text.length && pieces.length < limit; length *= 4) {
        const end = safeCut(text, start + length);
        pieces.push(...encodeSlice(text.slice(start, end), limit - pieces.length));
        start = end;
      }
      return [cls, ...pieces.slice(0, limit), sep];
    },
  };
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
