import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@wentu/composition';
import { WentuError } from '@wentu/domain';
import type { Logger } from 'pino';
import type { Callers } from './callers';
import { addressOf, listen } from './listen';

/** One character each, because WENTU_MAX_TEXT_LENGTH may be 1. They differ, because texts are cached. */
const TEXTS = ['山', '水', '花', '鸟', '云'];
const QUERY = `query ($text: String!) {
  explainText(text: $text) { understood }
  searchImages(text: $text, topK: 1) { distance similarity image { id url(width: 320) } }
}`;
/** A store that does not answer delays the start by at most this time. */
const HOLDS_START_MS = 500;
const TRY_MS = 30_000;
const RETRY_MS = 500;
/** The searched collection does not exist, or its model is not installed. Searches of other collections may work. */
const COLLECTION_ERRORS = new Set(['NOT_FOUND', 'INDEX_MISMATCH']);

type Searches = 'answered' | 'unavailable';

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/**
 * Makes the first searches over HTTP, on a separate port, before clients can connect. They run all code once, so that
 * the first client does not wait for it. They also prove that searches work.
 */
export class WarmUp {
  static readonly waitingFor = 'no search has been answered yet; the log says why';

  /** Resolves when searches fail after `begin` has resolved. */
  readonly failed: Promise<Error>;
  isDone = false;
  private readonly stopping = new AbortController();
  private lastReason = '';
  private fail!: (error: Error) => void;

  constructor(
    private readonly web: RequestListener,
    private readonly callers: Pick<Callers, 'markInternal'>,
    private readonly app: Pick<App, 'proveTexts'>,
    private readonly log: Logger,
  ) {
    this.failed = new Promise((resolve) => (this.fail = resolve));
  }

  /**
   * Resolves when searches are answered, or when a store has not answered within HOLDS_START_MS. In that case the
   * searches are repeated in the background.
   */
  async begin(): Promise<void> {
    const searched = this.untilAnswered();
    // `failed` reports the errors after that time.
    searched.catch((error: unknown) => this.fail(error as Error));
    await Promise.race([searched, sleep(HOLDS_START_MS, undefined, { ref: false })]);
  }

  stop(): void {
    this.stopping.abort();
  }

  /** @throws Error when a search fails with anything but UNAVAILABLE */
  private async untilAnswered(): Promise<void> {
    const server = createServer((request, response) => {
      this.callers.markInternal(request);
      this.web(request, response);
    });
    try {
      await listen(server, 0, '127.0.0.1');
      const url = `${addressOf(server, '127.0.0.1')}/graphql`;
      while ((await this.searchAll(url)) !== 'answered')
        await sleep(RETRY_MS, undefined, { signal: this.stopping.signal, ref: false });
      this.isDone = true;
    } catch (error) {
      if (!this.stopping.signal.aborted) throw error;
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }

  private async searchAll(url: string): Promise<Searches> {
    // Errors of the collection may prevent that searches reach the text tower, so it is tested directly.
    try {
      await this.app.proveTexts();
    } catch (error) {
      if (!(error instanceof WentuError && error.code === 'UNAVAILABLE')) throw broken(String(error), error);
      return this.unavailable(error.message);
    }
    for (const text of TEXTS) if ((await this.search(url, text)) === 'unavailable') return 'unavailable';
    return 'answered';
  }

  private async search(url: string, text: string): Promise<Searches> {
    const answer = await this.post(url, JSON.stringify({ query: QUERY, variables: { text } }));
    if (answer === null) return this.unavailable(`no answer within ${TRY_MS} ms`);
    for (const { message, extensions } of answer.errors ?? []) {
      if (extensions?.code === 'UNAVAILABLE') return this.unavailable(message);
      if (!COLLECTION_ERRORS.has(String(extensions?.code))) throw broken(message);
    }
    if (answer.data === undefined && !answer.errors) throw broken('the answer has no data');
    return 'answered';
  }

  private unavailable(reason: string): Searches {
    // Log a reason once, not twice per second of an outage.
    if (reason !== this.lastReason) this.log.warn(`no search has been answered yet: ${reason}`);
    this.lastReason = reason;
    return 'unavailable';
  }

  /** @returns null when there is no answer within TRY_MS */
  private async post(url: string, body: string): Promise<Answer | null> {
    const timeout = AbortSignal.timeout(TRY_MS);
    const signal = AbortSignal.any([this.stopping.signal, timeout]);
    try {
      const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, signal }).end(body);
      const [response] = (await once(sent, 'response', { signal })) as [IncomingMessage];
      return (await json(response)) as Answer;
    } catch (error) {
      if (timeout.aborted) return null;
      throw error;
    }
  }
}

function broken(reason: string, cause?: unknown): Error {
  return new Error(`searches do not work: ${reason}`, { cause });
}
