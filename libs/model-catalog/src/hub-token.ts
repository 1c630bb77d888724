import { InvalidInputError, sentence } from '@wentu/domain';

/**
 * The value of HF_TOKEN without white space around it; null: it is not set. @throws InvalidInputError without the value
 */
export function readToken(value: string | null): string | null {
  const token = value?.trim() ?? '';
  if (token === '') return null;
  if (/^[\x21-\x7e]{1,512}$/.test(token)) return token;
  throw new InvalidInputError(sentence('HUB_TOKEN'));
}
