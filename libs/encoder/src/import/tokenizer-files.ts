import { InvalidInputError } from '@wentu/domain';
import { z } from 'zod';
import { readJson } from './layout';

/** A token by its text, or with its properties. */
const token = z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]);

/** Of tokenizer_config.json. */
export const tokenizerConfigSchema = z.object({
  pad_token: token,
  tokenizer_class: z.string().optional(),
  do_lower_case: z.boolean().optional(),
});

const tokenizerSchema = z.object({
  added_tokens: z.array(z.object({ id: z.int().min(0), content: z.string() })).default([]),
  model: z.object({ vocab: z.unknown() }),
});

/** The id that fills texts up. @throws InvalidInputError when the tokenizer does not have that token */
export async function readPadding(tokenizerPath: string, configPath: string): Promise<number> {
  const { pad_token: wanted } = await readJson(configPath, tokenizerConfigSchema);
  const { added_tokens: added, model } = await readJson(tokenizerPath, tokenizerSchema);
  const found = added.find(({ content }) => content === wanted)?.id ?? idIn(model.vocab, wanted);
  if (found !== undefined) return found;
  throw new InvalidInputError(
    `${tokenizerPath} has no token ${JSON.stringify(wanted)}, with which ${configPath} fills texts up; fetch it again`,
  );
}

/** Ids by piece, or pieces with their scores in the order of the ids. */
function idIn(vocabulary: unknown, piece: string): number | undefined {
  if (Array.isArray(vocabulary)) {
    const at = vocabulary.findIndex((entry) => Array.isArray(entry) && entry[0] === piece);
    return at < 0 ? undefined : at;
  }
  const ids = z.record(z.string(), z.int()).safeParse(vocabulary);
  return ids.success && Object.hasOwn(ids.data, piece) ? ids.data[piece] : undefined;
}
