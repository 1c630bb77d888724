import { InvalidArgumentError } from 'commander';
import type { Words } from './words/english';

/** Parses options that are whole numbers from `least` on. */
export function parseCount({ giveWholeNumber }: Pick<Words, 'giveWholeNumber'>, least = 0): (value: string) => number {
  return (value) => {
    if (!/^\d+$/.test(value) || Number(value) < least) throw new InvalidArgumentError(giveWholeNumber(least));
    return Number(value);
  };
}
