import { InvalidArgumentError } from 'commander';

/** For options that are whole numbers. */
export function parseCount(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('give a whole number');
  return Number(value);
}
