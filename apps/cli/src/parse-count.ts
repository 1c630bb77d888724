import { InvalidArgumentError } from 'commander';
import type { Words } from './words/english';

/** Parses options that are whole numbers. */
export function parseCount({ giveWholeNumber }: Pick<Words, 'giveWholeNumber'>): (value: string) => number {
  return (value) => {
    if (!/^\d+$/.test(value)) throw new InvalidArgumentError(giveWholeNumber);
    return Number(value);
  };
}
