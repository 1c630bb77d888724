import { InvalidInputError } from '@wentu/domain';
import { z } from 'zod';

export const MANIFEST = 'wentu-model.json';

const NAME = 'give the name of a file in the folder';
const fileName = z.string().regex(/^[\w][\w.-]*$/, NAME);
/** Graphs refer to their weights by name, and names may be equal in both towers: then each tower has a folder. */
const filePath = z.string().regex(/^([\w][\w.-]*\/)?[\w][\w.-]*$/, NAME);

/** The exponential of this value multiplies cosines. A larger value would overflow a softmax. */
const logitScale = z.number().min(-20).max(20);
const channels = z.tuple([z.number(), z.number(), z.number()]);
const deviations = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);

const general = {
  name: z.string().min(1).max(128),
  space: z.string().min(1).max(256),
  title: z.object({ en: z.string(), zh: z.string() }),
  license: z.string().min(1),
  dimension: z.int().min(1).max(65_536),
  sessionConfig: z.record(z.string(), z.string()).default({}),
  /** Where the files were downloaded from: a repository of a hub, and its commit. */
  origin: z.object({ source: z.string().max(512), revision: z.string().max(128) }).optional(),
};

const image = {
  input: z.string(),
  output: z.string(),
  size: z.int().min(1).max(4_096),
  mean: channels,
  std: deviations,
  normalized: z.boolean(),
};

const text = {
  inputs: z.object({ ids: z.string(), attentionMask: z.string().optional(), tokenTypes: z.string().optional() }),
  output: z.string(),
  contextLength: z.int().min(3).max(4_096),
  normalized: z.boolean(),
};

const filesOf = (name: z.ZodString): z.ZodType<Record<string, { sha256: string; sizeBytes: number }>> =>
  z
    .record(name, z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), sizeBytes: z.int().min(1) }))
    .refine((files) => !(MANIFEST in files), 'files must not contain the description itself');

/** Version 1 describes Chinese-CLIP only. */
const firstSchema = z.object({
  formatVersion: z.literal(1),
  ...general,
  logitScale,
  image: z.object({ file: fileName, ...image }),
  text: z.object({ file: fileName, ...text, sequence: z.enum(['dynamic', 'fixed']) }),
  vocabulary: fileName,
  files: filesOf(fileName),
});

const secondSchema = z.object({
  formatVersion: z.literal(2),
  ...general,
  /** How cosines become probabilities. `none`: the files of the model do not say it, so it ranks no texts. */
  score: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('softmax'), logitScale }),
    z.object({ kind: z.literal('sigmoid'), logitScale, bias: z.number().min(-1_000).max(1_000) }),
    z.object({ kind: z.literal('none') }),
  ]),
  image: z.object({
    file: filePath,
    ...image,
    resize: z.object({ fit: z.enum(['squash', 'crop']), filter: z.enum(['bicubic', 'bilinear']) }),
    /** `uint8-nhwc`: the graph takes bytes, and applies mean and std itself. */
    pixels: z.enum(['float-nchw', 'uint8-nhwc']),
  }),
  text: z.object({
    file: filePath,
    ...text,
    padding: z.object({ id: z.int().min(0), to: z.enum(['longest', 'context']) }),
    /** `canonical`: white space as with `white-space`; also without ASCII punctuation, and in lower case. */
    cleaning: z.enum(['none', 'lower-case', 'white-space', 'canonical']),
    /** Before every cleaned text: a language code. */
    prefix: z.string().max(64),
  }),
  tokenizer: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('word-piece'), file: filePath }),
    z.object({ kind: z.literal('tokenizer-json'), file: filePath }),
  ]),
  files: filesOf(filePath),
});

export type ModelManifest = z.infer<typeof secondSchema>;

const manifestSchema = z.discriminatedUnion('formatVersion', [firstSchema, secondSchema]);

/** What version 1 does not say is as Chinese-CLIP has it. */
function upgrade({ logitScale, vocabulary, ...first }: z.infer<typeof firstSchema>): ModelManifest {
  const { sequence, ...rest } = first.text;
  return {
    ...first,
    formatVersion: 2,
    score: { kind: 'softmax', logitScale },
    image: { ...first.image, resize: { fit: 'squash', filter: 'bicubic' }, pixels: 'float-nchw' },
    text: {
      ...rest,
      padding: { id: 0, to: sequence === 'fixed' ? 'context' : 'longest' },
      cleaning: 'none',
      prefix: '',
    },
    tokenizer: { kind: 'word-piece', file: vocabulary },
  };
}

/**
 * Reads a description of any version as the newest version.
 * @param path for messages. @throws InvalidInputError that lists the invalid keys
 */
export function parseManifest(json: string, path: string): ModelManifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw unreadable(path, error);
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data.formatVersion === 1 ? upgrade(parsed.data) : parsed.data;
  const bad = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new InvalidInputError(`${path} is not a model description:\n${bad.map((line) => `  ${line}`).join('\n')}`);
}

export function unreadable(path: string, error: unknown): InvalidInputError {
  const reason = (error as Error).message;
  return new InvalidInputError(`${path} cannot be read: ${reason}; give the folder of a Wentu model`, { cause: error });
}
