import type { NextFunction, Request, Response } from 'express';
import { noteRefusal, OverloadedError } from './overload';

/**
 * The bytes of answers that are in memory: from the moment in which they are made until the client has read them. One
 * limit for the whole process, so that a crowd of slow readers cannot take its memory.
 */
export class SendingBytes {
  private total = 0;

  constructor(private readonly maxBytes: number) {}

  get isFull(): boolean {
    return this.total >= this.maxBytes;
  }

  get inMemory(): number {
    return this.total;
  }

  fullError(): OverloadedError {
    noteRefusal('unread');
    return new OverloadedError(
      `answers of ${this.total} bytes wait for clients that read slowly (WENTU_MAX_SENDING_BYTES is ${this.maxBytes})`,
      2,
    );
  }

  /** An account for one answer. Close it when the answer was read or the client has left. */
  open(): AnswerBytes {
    let [taken, isOpen] = [0, true];
    const add = (bytes: number): void => {
      if (!isOpen) return;
      taken += bytes;
      this.total += bytes;
    };
    return {
      add,
      take: (bytes) => {
        // A single answer is always accepted: its own limits hold.
        if (this.total > 0 && this.total + bytes > this.maxBytes) throw this.fullError();
        add(bytes);
      },
      close: () => {
        isOpen = false;
        this.total -= taken;
        taken = 0;
      },
    };
  }

  /** Counts what the routes behind it send at once. Streams of files need no count: they stay small by themselves. */
  readonly middleware = (_request: Request, response: Response, next: NextFunction): void => {
    if (this.isFull) {
      next(this.fullError());
      return;
    }
    const account = this.open();
    response.locals['answerBytes'] = account;
    const end = response.end.bind(response) as (...args: unknown[]) => Response;
    response.end = ((...args: unknown[]) => {
      const [chunk] = args;
      if (typeof chunk === 'string') account.add(Buffer.byteLength(chunk));
      else if (chunk instanceof Uint8Array) account.add(chunk.byteLength);
      return end(...args);
    }) as Response['end'];
    response.once('close', account.close);
    next();
  };
}

/** The account that the middleware opened for an answer. */
export function answerBytesOf(response: Response): AnswerBytes {
  return response.locals['answerBytes'] as AnswerBytes;
}

export interface AnswerBytes {
  /** Adds bytes that are in memory already. */
  readonly add: (bytes: number) => void;
  /** Asks for bytes that are not in memory yet. @throws OverloadedError */
  readonly take: (bytes: number) => void;
  readonly close: () => void;
}
