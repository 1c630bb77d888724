import { Readable } from 'node:stream';
import { ForbiddenError, InvalidInputError, ItemError, sentence } from '@wentu/domain';
import type { Agent } from 'undici';
import { checkFetchUrl, lookupPublic, PrivateAddressError } from './fetch-rules';

const MAX_REDIRECTS = 3;
const CONNECT_TIMEOUT_MS = 10_000;
/** The longest time without data from the server. */
const IDLE_TIMEOUT_MS = 20_000;
/** The longest time for one picture. */
const MAX_MS = 120_000;
const MAX_URL_LENGTH = 2_048;

export interface RemotePicturesOptions {
  /** See `checkFetchUrl`. Empty: nothing is fetched. */
  readonly hosts: readonly string[];
  readonly maxMs?: number;
}

export interface RemotePicture {
  readonly content: Readable;
  /** As the server announces it; 0 when it does not. */
  readonly sizeBytes: number;
}

/** Pictures that are fetched from the hosts that the owner of this server has named. */
export class RemotePictures {
  private agent: Agent | undefined;

  constructor(private readonly options: RemotePicturesOptions) {}

  /**
   * The caller reads the content or destroys it; the content limits nothing itself.
   * @throws InvalidInputError, ForbiddenError; ItemError FETCH_FAILED when the server does not send the picture
   */
  async open(address: string, signal?: AbortSignal): Promise<RemotePicture> {
    const { hosts, maxMs = MAX_MS } = this.options;
    if (address.length > MAX_URL_LENGTH)
      throw new ItemError('FETCH_FAILED', sentence('URL_TOO_LONG', { maxLength: MAX_URL_LENGTH }));
    const late = AbortSignal.timeout(maxMs);
    const either = signal ? AbortSignal.any([signal, late]) : late;
    let url = checkFetchUrl(address, hosts);
    // Its code is a twentieth of what a start loads, and many servers never fetch.
    const { Agent, request } = await import('undici');
    this.agent ??= new Agent({
      connect: { timeout: CONNECT_TIMEOUT_MS, lookup: lookupPublic },
      headersTimeout: IDLE_TIMEOUT_MS,
      bodyTimeout: IDLE_TIMEOUT_MS,
      // A call fetches a few pictures at a time.
      connections: 32,
    });
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: this.agent,
        signal: either,
        // The bytes of the picture itself, not compressed ones.
        headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'wentu' },
      }).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw failureOf(error, url);
      });
      const { location } = headers;
      if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
        discard(body);
        url = redirected(url, location, hosts);
        continue;
      }
      if (statusCode === 200)
        return { content: contentOf(body, url), sizeBytes: Number(headers['content-length'] ?? 0) };
      discard(body);
      throw new ItemError('FETCH_FAILED', sentence('URL_REFUSED', { url: shown(url), status: statusCode }));
    }
    throw new ItemError('FETCH_FAILED', sentence('URL_REDIRECTS', { url: shown(url), max: MAX_REDIRECTS }));
  }

  async close(): Promise<void> {
    await this.agent?.destroy();
  }
}

/**
 * The address of a redirect, checked like the first one.
 * @throws ItemError when it is no web address; ForbiddenError for a host that is not allowed
 */
function redirected(from: URL, location: string, hosts: readonly string[]): URL {
  try {
    return checkFetchUrl(URL.canParse(location, from.href) ? new URL(location, from).href : location, hosts);
  } catch (error) {
    // The caller did not send this address, which may contain a password.
    if (!(error instanceof InvalidInputError)) throw error;
    throw new ItemError('FETCH_FAILED', sentence('URL_REDIRECT_INVALID', { url: shown(from) }), { cause: error });
  }
}

/** The body with the same errors as `open`. */
function contentOf(body: Readable, url: URL): Readable {
  const read = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* body as AsyncIterable<Buffer>;
    } catch (error) {
      throw failureOf(error, url);
    }
  };
  // A generator that nobody has read does not end the body.
  return Readable.from(read(), { objectMode: false }).once('close', () => discard(body));
}

function failureOf(error: unknown, url: URL): Error {
  if (error instanceof PrivateAddressError) return new ForbiddenError(error.message, { cause: error });
  const reason = error instanceof Error ? error.message : String(error);
  return new ItemError('FETCH_FAILED', sentence('URL_FAILED', { url: shown(url), why: reason }), {
    cause: error,
  });
}

/** Without the query, which may hold a secret. */
function shown(url: URL): string {
  return url.origin + url.pathname;
}

/** Ends the connection, because the rest of the body may be long. */
function discard(body: Readable): void {
  body.on('error', () => undefined).destroy();
}
