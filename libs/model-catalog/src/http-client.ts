import { InvalidInputError, UnavailableError } from '@wentu/domain';
import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { followRedirect } from './follow-redirect';
import { networkError, statusError } from './http-errors';
import { showUrl } from './show-url';

const MAX_REDIRECTS = 5;
const CONNECT_TIMEOUT_MS = 20_000;

/** As HTTP_PROXY, HTTPS_PROXY and NO_PROXY give them; null: none. */
export interface Proxies {
  readonly http: string | null;
  readonly https: string | null;
  readonly except: string | null;
}

/** What a server answered after all redirects: 200, 206 or 416. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: Dispatcher.ResponseData['body'];
  /** SHA-256 of the whole file, which model hubs give with the redirect to where their large files are. */
  readonly linkedSha256: string | null;
}

/** GET through proxies, with bounded redirects and an idle timeout. */
export class HttpClient {
  private readonly agent: EnvHttpProxyAgent;

  /** @param idleTimeoutMs how long a server may send nothing */
  constructor(
    proxies: Proxies,
    private readonly idleTimeoutMs: number,
  ) {
    try {
      this.agent = new EnvHttpProxyAgent({
        // Empty, not undefined: undici would read the environment by itself.
        httpProxy: proxyUrl(proxies.http),
        httpsProxy: proxyUrl(proxies.https ?? proxies.http),
        noProxy: proxies.except ?? '',
        connect: { timeout: CONNECT_TIMEOUT_MS },
      });
    } catch (error) {
      throw new InvalidInputError(
        `HTTP_PROXY or HTTPS_PROXY cannot be used: ${(error as Error).message}; give such as http://127.0.0.1:7890`,
        { cause: error },
      );
    }
  }

  /**
   * The caller reads the body or destroys it.
   * @throws NotFoundError, ForbiddenError, UnavailableError; TransientError where trying again may help
   */
  async get(url: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<HttpAnswer> {
    let current = new URL(url);
    let linkedSha256: string | null = null;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const answer = await this.send(current, headers, signal);
      linkedSha256 ??= sha256In(answer.headers['x-linked-etag']);
      const { location } = answer.headers;
      if (answer.statusCode < 300 || answer.statusCode >= 400 || typeof location !== 'string') {
        const failure = statusError(answer.statusCode, answer.headers, current);
        if (failure) {
          await discard(answer.body);
          throw failure;
        }
        return { status: answer.statusCode, headers: answer.headers, body: answer.body, linkedSha256 };
      }
      await discard(answer.body);
      current = followRedirect(current, location);
    }
    throw new UnavailableError(
      `${showUrl(new URL(url))} redirects more than ${MAX_REDIRECTS} times; try another mirror with --mirror`,
    );
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async send(url: URL, headers: Readonly<Record<string, string>>, signal?: AbortSignal) {
    try {
      const answer = await request(url, {
        dispatcher: this.agent,
        headers: { 'user-agent': 'wentu', 'accept-encoding': 'identity', ...headers },
        headersTimeout: this.idleTimeoutMs,
        bodyTimeout: this.idleTimeoutMs,
        ...(signal ? { signal } : {}),
      });
      // Whoever reads the body gets its errors; one that nobody reads any more must not end the process.
      answer.body.on('error', () => undefined);
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      throw networkError(error, url);
    }
  }
}

/** Reads a little, so that the connection can be used again, and no more. */
export async function discard(body: HttpAnswer['body']): Promise<void> {
  await body.dump({ limit: 64 * 1024 }).catch(() => undefined);
}

function sha256In(header: string | string[] | undefined): string | null {
  return (typeof header === 'string' && /^"?([0-9a-f]{64})"?$/.exec(header)?.[1]) || null;
}

/** Many write a proxy as host:port. */
function proxyUrl(proxy: string | null): string {
  return proxy === null || proxy === '' || proxy.includes('://') ? (proxy ?? '') : `http://${proxy}`;
}
