import { WentuError } from '@wentu/domain';
import { CommanderError } from 'commander';

/**
 * 2: the user can correct the error; 3: a store or model is unavailable, too many requests were sent, or Wentu has a
 * bug.
 */
export function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof WentuError && error.code !== 'UNAVAILABLE' && error.code !== 'RATE_LIMITED' ? 2 : 3;
}
