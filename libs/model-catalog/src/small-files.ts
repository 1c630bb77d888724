import { LimitExceededError, UnavailableError } from '@wentu/domain';
import type { z } from 'zod';
import { isWebPage } from './file-download';
import type { HttpAnswer, HttpClient } from './http-client';
import { networkError, NoSuchFileError, TransientError } from './http-errors';
import { retry, type RetryOptions } from './retry';
import { showUrl } from './show-url';

/** A small file of a server, or one page of a listing. */
export interface SmallFile {
  readonly text: string;
  /** The `Link` header; null: none. */
  readonly link: string | null;
}

/** Fetches a small file; null when the server does not have it. */
export type FetchSmall = (url: URL, maxBytes: number) => Promise<SmallFile | null>;

/** A web page came instead of data: the address is no hub, or a network wants a login. */
export class WebPageError extends UnavailableError {}

export interface SmallFileOptions {
  readonly retry: RetryOptions;
  /** The longest time for one small file, also when the server keeps sending. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export function smallFiles(http: HttpClient, { retry: retries, timeoutMs, signal }: SmallFileOptions): FetchSmall {
  return (url, maxBytes) =>
    retry(
      () => fetchOnce(http, url, maxBytes, timeoutMs, signal),
      () => false,
      retries,
      signal,
    );
}

async function fetchOnce(
  http: HttpClient,
  url: URL,
  maxBytes: number,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<SmallFile | null> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await http.get(url.href, {}, signal ? AbortSignal.any([signal, timeout]) : timeout);
    const bytes = await readAll(answer, url, maxBytes);
    if (isWebPage(bytes)) {
      throw new WebPageError(
        `${showUrl(url)} gives a web page instead of data; check the address, and log in to the network if it needs that`,
      );
    }
    const { link } = answer.headers;
    return { text: bytes.toString('utf8'), link: typeof link === 'string' ? link : null };
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted) throw new TransientError(`${showUrl(url)} took more than ${timeoutMs / 1_000} s`);
    if (error instanceof NoSuchFileError) return null;
    throw error;
  }
}

async function readAll(answer: HttpAnswer, url: URL, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      size += (chunk as Buffer).length;
      if (size > maxBytes) {
        throw new LimitExceededError(
          `${showUrl(url)} has more than ${maxBytes} bytes; check that it is the address of a model`,
        );
      }
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof LimitExceededError) throw error;
    throw networkError(error, url);
  }
  return Buffer.concat(chunks);
}

/** @throws UnavailableError when the text is not what the API of a hub answers */
export function parseAnswer<T>(text: string, url: URL, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UnavailableError(`${showUrl(url)} is not JSON: ${(error as Error).message}; check the address`, {
      cause: error,
    });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const bad = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).slice(0, 5);
  throw new UnavailableError(`${showUrl(url)} is not the answer of a model hub: ${bad.join('; ')}; check the address`);
}
