import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@wentu/composition';
import { WentuError } from '@wentu/domain';
import type { Logger } from 'pino';
import { addressOf, listen } from './listen';

/** One character each, so that every WENTU_MAX_TEXT_LENGTH allows them; different, because texts are cached. */
const TEXTS = ['山', '水', '花', '鸟', '云'];
const QUERY = `query ($text: String!) {
  explainText(text: $text) { understood }
  searchImages(text: $text, topK: 1) { distance similarity image { id url(width: 320) } }
}`;
/** A store that is away must not hold up the start. */
const HOLDS_START_MS = 500;
const TRY_MS = 30_000;
const RETRY_MS = 500;
/** The collection that would be searched is not there, or another model's: searches of others may work. */
const OF_THE_COLLECTION = new Set(['NOT_FOUND', 'INDEX_MISMATCH']);

type Searches = 'answered' | 'unavailable';

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/**
 * The first searches, made before anybody can ask, over HTTP on a port of their own. They run all the code that has
 * never run, for which the first client would wait; and they prove that searches are answered.
 */
export class WarmUp {
  static readonly waitingFor = 'no search has been answered yet; the log says why';

  /** Resolves when searches turn out to be broken after `begin` has resolved. */
  readonly failed: Promise<Error>;
  isDone = false;
  private readonly stopping = new AbortController();
  private told = '';
  private fail!: (error: Error) => void;

  constructor(
    private readonly web: RequestListener,
    private readonly app: Pick<App, 'proveTexts'>,
    private readonly log: Logger,
  ) {
    this.failed = new Promise((resolve) => (this.fail = resolve));
  }

  /**
   * Resolves when searches are answered, or a store has not answered for a moment: then they are tried again and again.
   */
  async begin(): Promise<void> {
    const searched = this.untilAnswered();
    // What is thrown after that moment is told by `failed`.
    searched.catch((error: unknown) => this.fail(error as Error));
    await Promise.race([searched, sleep(HOLDS_START_MS, undefined, { ref: false })]);
  }

  stop(): void {
    this.stopping.abort();
  }

  /** @throws Error when a search fails with anything but UNAVAILABLE */
  private async untilAnswered(): Promise<void> {
    const server = createServer(this.web);
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
    // The collection may keep the searches from reaching the text tower.
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
      if (!OF_THE_COLLECTION.has(String(extensions?.code))) throw broken(message);
    }
    if (answer.data === undefined && !answer.errors) throw broken('the answer has no data');
    return 'answered';
  }

  private unavailable(reason: string): Searches {
    // Said once, not twice a second of an outage.
    if (reason !== this.told) this.log.warn(`no search has been answered yet: ${reason}`);
    this.told = reason;
    return 'unavailable';
  }

  /** @returns null when there is no answer in time */
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
