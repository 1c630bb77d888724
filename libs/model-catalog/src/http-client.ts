import { InvalidInputError, UnavailableError } from '@wentu/domain';
import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { followRedirect } from './follow-redirect';
import { networkError, statusError, TransientError } from './http-errors';
import { showUrl } from './show-url';

const MAX_REDIRECTS = 5;
const CONNECT_TIMEOUT_MS = 20_000;

/** The values of HTTP_PROXY, HTTPS_PROXY and NO_PROXY; null: not set. */
export interface Proxies {
  readonly http: string | null;
  readonly https: string | null;
  readonly except: string | null;
}

/** The answer after all redirects, with status 200, 206 or 416. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: Dispatcher.ResponseData['body'];
  /** SHA-256 of the whole file. Model hubs send it with the redirect to their storage of large files. */
  readonly linkedSha256: string | null;
}

/** A token of the hub. It is sent to this origin only, never to a server that the hub redirects to. */
export interface HubToken {
  readonly origin: string;
  readonly value: string;
}

export interface HttpClientOptions {
  readonly proxies: Proxies;
  /** The longest time without data from the server. */
  readonly idleTimeoutMs: number;
  readonly token?: HubToken;
  /** A mirror, and the hub that it mirrors. */
  readonly mirror?: { readonly origin: string; readonly of: string };
}

/** GET through proxies, with bounded redirects and an idle timeout. */
export class HttpClient {
  private readonly agent: EnvHttpProxyAgent;

  constructor(private readonly options: HttpClientOptions) {
    const { proxies } = options;
    try {
      this.agent = new EnvHttpProxyAgent({
        // An empty string, because for undefined undici reads the environment itself.
        httpProxy: proxyUrl(proxies.http),
        httpsProxy: proxyUrl(proxies.https ?? proxies.http),
        noProxy: proxies.except ?? '',
        connect: { timeout: CONNECT_TIMEOUT_MS },
      });
    } catch (error) {
      throw new InvalidInputError(
        `HTTP_PROXY or HTTPS_PROXY cannot be used: ${(error as Error).message}; give an address such as http://127.0.0.1:7890`,
        { cause: error },
      );
    }
  }

  /**
   * The caller reads the body or destroys it.
   * @throws NotFoundError, ForbiddenError, UnavailableError; TransientError when a retry may help
   */
  async get(url: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<HttpAnswer> {
    let current = new URL(url);
    let linkedSha256: string | null = null;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const answer = await this.send(current, new URL(url), headers, signal);
      linkedSha256 ??= sha256In(answer.headers['x-linked-etag']);
      const { location } = answer.headers;
      if (answer.statusCode < 300 || answer.statusCode >= 400 || typeof location !== 'string') {
        const failure = this.failureOf(answer, current, new URL(url));
        if (failure) {
          await discard(answer.body);
          throw failure;
        }
        return { status: answer.statusCode, headers: answer.headers, body: answer.body, linkedSha256 };
      }
      await discard(answer.body);
      current = this.onMirror(current, followRedirect(current, location));
    }
    throw new UnavailableError(
      `${showUrl(new URL(url))} redirects more than ${MAX_REDIRECTS} times; try another mirror with --mirror`,
    );
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private failureOf(
    { statusCode, headers }: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>,
    url: URL,
    asked: URL,
  ): ReturnType<typeof statusError> {
    // The storage behind a hub does not know logins: its signed address has expired, and the hub makes a new one.
    if ((statusCode === 401 || statusCode === 403) && url.origin !== asked.origin)
      return new TransientError(
        `${showUrl(url)} answered ${statusCode}: it refuses the address that ${asked.origin} made`,
      );
    return statusError(statusCode, headers, url, this.tokenFor(url) !== null);
  }

  /** A mirror may redirect to the hub itself, which the user cannot reach. The mirror has the same file. */
  private onMirror(from: URL, to: URL): URL {
    const { mirror } = this.options;
    if (from.origin !== mirror?.origin || to.origin !== mirror.of) return to;
    const there = new URL(to.pathname + to.search, mirror.origin);
    return there.href === from.href ? to : there;
  }

  private tokenFor(url: URL): string | null {
    const { token } = this.options;
    return token?.origin === url.origin ? token.value : null;
  }

  private async send(url: URL, asked: URL, headers: Readonly<Record<string, string>>, signal?: AbortSignal) {
    const token = this.tokenFor(url);
    const { idleTimeoutMs } = this.options;
    try {
      const answer = await request(url, {
        dispatcher: this.agent,
        headers: {
          'user-agent': 'wentu',
          'accept-encoding': 'identity',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        headersTimeout: idleTimeoutMs,
        bodyTimeout: idleTimeoutMs,
        ...(signal ? { signal } : {}),
      });
      // A reader of the body gets its errors. Without a reader, an error must not end the process.
      answer.body.on('error', () => undefined);
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      throw networkError(error, url, asked);
    }
  }
}

/** Reads at most 64 KiB of the rest, so that the connection can be reused. */
export async function discard(body: HttpAnswer['body']): Promise<void> {
  await body.dump({ limit: 64 * 1024 }).catch(() => undefined);
}

function sha256In(header: string | string[] | undefined): string | null {
  return (typeof header === 'string' && /^"?([0-9a-f]{64})"?$/.exec(header)?.[1]) || null;
}

/** Users often write a proxy as host:port. */
function proxyUrl(proxy: string | null): string {
  return proxy === null || proxy === '' || proxy.includes('://') ? (proxy ?? '') : `http://${proxy}`;
}
