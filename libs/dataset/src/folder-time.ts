import type { FileHandle } from 'node:fs/promises';
import { orLate, UnavailableError, sentence } from '@wentu/domain';
import type { OpenDirectory } from '@wentu/file-access';

/** A disk that spins up answers within this time. A share whose server is down never answers. */
const DEADLINE_MS = 60_000;
/** One file may be on a bad sector. After this many timeouts in a row the whole folder does not answer. */
const MAX_TIMEOUTS = 3;

/**
 * Limits how long a load waits for a folder. A call that timed out still blocks a thread of libuv's pool, so a load
 * must not make many of them.
 */
export class FolderTime {
  private timeouts = 0;

  constructor(private readonly deadlineMs = DEADLINE_MS) {}

  /**
   * @param close closes a handle that is opened after the deadline
   * @throws an error with the code ETIMEDOUT; UnavailableError after several timeouts in a row
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
      return new UnavailableError(sentence('FOLDER_SILENT', { times: MAX_TIMEOUTS, seconds }));
    return Object.assign(new Error(`no answer within ${seconds} s (WENTU_FOLDER_TIMEOUT_MS)`), { code: 'ETIMEDOUT' });
  }
}

export const closeFile = (file: FileHandle): Promise<void> => file.close();
export const closeDirectory = (directory: OpenDirectory): Promise<void> => directory.close();
