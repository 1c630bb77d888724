import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { InvalidInputError } from '@wentu/domain';
import { z } from 'zod';
import { cleanText, type Cleaning } from './clean-text';
import { explainCharacters } from './explain-characters';
import { isolateHighIdeographs, type Tokenizer } from './tokenizer';

export interface JsonTokenizerOptions {
  /** In tokens, special tokens included. */
  readonly contextLength: number;
  readonly cleaning: Cleaning;
  /** Before every cleaned text. */
  readonly prefix: string;
}

const schema = z.object({
  model: z.object({
    type: z.string().optional(),
    unk_id: z.int().nullish(),
    unk_token: z.string().nullish(),
  }),
});

/** No tokenizer has tokens that are so long on average. What follows cannot be in the context. */
const LONGEST_TOKEN = 64;
const BYTE_PIECE = /^<0x[0-9A-F]{2}>$/;

/**
 * A tokenizer of any kind that a tokenizer.json describes: Unigram, BPE or WordPiece.
 *
 * @param path for messages
 * @throws InvalidInputError when the description cannot be read
 */
export function createJsonTokenizer(
  json: string,
  path: string,
  { contextLength, cleaning, prefix }: JsonTokenizerOptions,
): Tokenizer & { readonly size: number } {
  const { tokenizer, type, unknown } = open(json, path);
  const { before, after } = specialTokens(tokenizer, path);
  const limit = contextLength - before.length - after.length;
  if (limit < 1)
    throw new InvalidInputError(
      `${path} adds ${before.length + after.length} tokens to each text, but the model takes only ${contextLength}; give the tokenizer of the model's training`,
    );
  const longest = contextLength * LONGEST_TOKEN;

  /** The ids of a text without special tokens, also those that do not fit. */
  function read(text: string): number[] {
    const cleaned = prefix + cleanText(text, cleaning).slice(0, longest);
    return tokenizer.encode(type === 'WordPiece' ? isolateHighIdeographs(cleaned) : cleaned, {
      add_special_tokens: false,
    }).ids;
  }

  const isUnknown = (id: number): boolean => id === unknown || BYTE_PIECE.test(tokenizer.id_to_token(id) ?? '');
  return {
    size: tokenizer.get_vocab().size,
    encode: (text) => [...before, ...read(text).slice(0, limit), ...after],
    explain: (text) => explainCharacters(text, { read, isUnknown, limit }),
  };
}

function open(json: string, path: string): { tokenizer: HubTokenizer; type: string; unknown: number | undefined } {
  try {
    const described: unknown = JSON.parse(json);
    const { model } = schema.parse(described);
    const tokenizer = new HubTokenizer(described as object, {});
    const unknown = model.unk_id ?? (model.unk_token ? tokenizer.token_to_id(model.unk_token) : undefined);
    return { tokenizer, type: model.type ?? 'WordPiece', unknown };
  } catch (error) {
    throw new InvalidInputError(
      `${path} is no tokenizer that can be read: ${(error as Error).message}; fetch it again`,
      {
        cause: error,
      },
    );
  }
}

/** The tokens that the tokenizer adds before and after every text. */
function specialTokens(tokenizer: HubTokenizer, path: string): { before: number[]; after: number[] } {
  const content = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const { ids } = tokenizer.encode('a');
  const start = ids.findIndex((_, at) => content.length > 0 && content.every((id, i) => ids[at + i] === id));
  if (start < 0) throw new InvalidInputError(`${path} has tokens within a text that depend on its end; fetch it again`);
  return { before: ids.slice(0, start), after: ids.slice(start + content.length) };
}
