import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { InvalidInputError } from '@wentu/domain';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'] as const;
/** Longest word that WordPiece looks at, in code points, as in the reference; a longer one is [UNK]. */
const MAX_WORD_LENGTH = 200;

export interface Tokenizer {
  /** Ids of [CLS], the word pieces and [SEP]; at most `contextLength`, what is too long is cut. */
  encode(text: string): number[];
}

/** BERT WordPiece as the reference (cn_clip 1.6.0) does it, over a vocabulary given line by line. */
export function createTokenizer(vocabulary: readonly string[], contextLength: number): Tokenizer {
  const vocab = Object.fromEntries(vocabulary.map((token, id) => [token, id]));
  const missing = SPECIAL.filter((token) => vocab[token] === undefined);
  if (missing.length > 0) {
    throw new InvalidInputError(
      `the vocabulary of ${vocabulary.length} lines lacks ${missing.join(', ')}; it is not one of BERT`,
    );
  }
  const [cls, sep] = [vocab['[CLS]'] as number, vocab['[SEP]'] as number];
  const wordPiece = new HuggingFaceTokenizer(
    {
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase: true,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: MAX_WORD_LENGTH,
        vocab,
      },
      post_processor: null,
      decoder: null,
      added_tokens: [],
    },
    {},
  );
  return {
    encode(text) {
      const { ids } = wordPiece.encode(prepare(text, contextLength), { add_special_tokens: false });
      return [cls, ...ids.slice(0, contextLength - 2), sep];
    },
  };
}

/** Ideographs beyond the Basic Multilingual Plane, which the library does not set apart as the reference does. */
const RARE_IDEOGRAPH =
  /[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B820}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;
/** The library drops these; for the reference they are letters that no vocabulary has. */
const PRIVATE_USE = /[\uE000-\uF8FF\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD}]/gu;
/** Stands for them: a letter without a decomposition that BERT vocabularies do not have. */
const UNKNOWN_LETTER = '\u{10400}';

/** The reference's rules where the library has others. */
function prepare(text: string, contextLength: number): string {
  return bound(text, contextLength).replace(PRIVATE_USE, UNKNOWN_LETTER).replace(RARE_IDEOGRAPH, ' $& ');
}

/**
 * Cuts a text to what can matter. Every piece begins with a character that is not white space, dropped or combining, and a
 * word of more than MAX_WORD_LENGTH is one piece: so many characters give more pieces than the context takes.
 */
function bound(text: string, contextLength: number): string {
  const enough = contextLength * (MAX_WORD_LENGTH + 1);
  if (text.length <= enough) return text;
  // A long run of what is dropped must not hide what comes after it.
  const kept = text.replace(/[\p{Cc}\p{Cf}\uFFFD]+|\s+|\p{Mn}+/gu, (run) =>
    /^\s|[\t\n\r]/u.test(run) ? ' ' : run.slice(0, 1),
  );
  return kept.slice(0, 2 * enough);
}

/** What the reference's evaluation does to a text first: lower case, curly double quotes made straight. */
export function cleanForEvaluation(text: string): string {
  return text.toLowerCase().replace(/[“”]/g, '"');
}
