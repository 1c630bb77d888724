import type { FileHandle } from 'node:fs/promises';
import { orLate, UnavailableError } from '@wentu/domain';
import type { OpenDirectory } from '@wentu/file-access';

/** A disk that spins up answers within this time. A share whose server is gone never does. */
const DEADLINE_MS = 60_000;
/** One file may lie on a bad sector. After so many in a row the folder as a whole does not answer. */
const MAX_TIMEOUTS = 3;

/**
 * Limits how long a load waits for a folder. A call that is given up still blocks a thread of libuv's pool, so a load
 * does not make many of them.
 */
export class FolderTime {
  private timeouts = 0;

  constructor(private readonly deadlineMs = DEADLINE_MS) {}

  /**
   * @param close for what is opened too late
   * @throws an error with the code ETIMEDOUT; UnavailableError when that happens several times in a row
   */
  async limit<T>(work: Promise<T>, close?: (late: T) => Promise<unknown>): Promise<T> {
    let isLate = false;
    const result = orLate(work, this.deadlineMs, (): never => {
      isLate = true;
      throw this.timeout();
    });
    work.then(
      (opened) => (isLate ? close?.(opened) : undefined),
      () => undefined,
    );
    const done = await result;
    this.timeouts = 0;
    return done;
  }

  private timeout(): Error {
    const seconds = this.deadlineMs / 1_000;
    if (++this.timeouts >= MAX_TIMEOUTS)
      return new UnavailableError(
        `the folder did not answer ${MAX_TIMEOUTS} times within ${seconds} s; see that its disk or share is there, then load again`,
      );
    return Object.assign(new Error(`no answer within ${seconds} s`), { code: 'ETIMEDOUT' });
  }
}

export const closeFile = (file: FileHandle): Promise<void> => file.close();
export const closeDirectory = (directory: OpenDirectory): Promise<void> => directory.close();
