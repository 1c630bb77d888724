import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidInputError, UnavailableError } from '@wentu/domain';
import { MilvusClient, type CreateCollectionReq } from '@zilliz/milvus2-sdk-node';
import { checkResponse, failureOf, isDeadline } from './milvus-errors';
import type { MilvusSettings } from './milvus-options';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** The number of interceptors of SDK 3.0.6: metadata, request time, retries. */
const SDK_INTERCEPTORS = 3;

const CHANNEL_OPTIONS = {
  // By default, grpc-js waits up to two minutes before it reconnects to a server that was away for long. These values
  // are smaller than the sum of our pauses.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 250,
  // Servers close connections that send pings without a call.
  'grpc.keepalive_permit_without_calls': 0,
  // A new channel that replaces a hanging one must not use its connection.
  'grpc.use_local_subchannel_pool': 1,
};

export interface MilvusCallOptions {
  /** The name of the index, for messages. */
  readonly index: string;
  /** Time limit of all attempts together. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A call of the service that grpc-js creates from the proto files of Milvus, without the conversions of the SDK. */
type Rpc = (
  request: object,
  options: { deadline: Date },
  done: (error: Error | null, response: unknown) => void,
) => { cancel(): void };

interface Service {
  /** The calls need this object as `this`. */
  readonly rpcs: Record<string, Rpc | undefined>;
  close(): void;
}

interface Channel {
  readonly client: MilvusClient;
  service: Promise<Service> | null;
  calls: number;
  retired: boolean;
}

/**
 * Sends requests to one Milvus server, which may be away at any time: each request connects when necessary. Temporary
 * failures are retried with growing pauses within the time limit of the request. Errors are translated by `failureOf`.
 */
export class MilvusConnection {
  private channel: Channel;
  private readonly cancels = new Set<() => void>();
  private closed: Promise<void> | null = null;

  /** @throws InvalidInputError when the CA file cannot be read */
  constructor(private readonly settings: MilvusSettings) {
    this.channel = openChannel(settings);
  }

  /** @returns the answer, whose status is success */
  call<T>(method: string, request: object, options: MilvusCallOptions): Promise<T> {
    return this.retry(method, options, (deadline) => this.send<T>(method, request, deadline, options.signal));
  }

  /** The only request that must be encoded by the SDK. */
  async createCollection(request: CreateCollectionReq, options: MilvusCallOptions): Promise<void> {
    await this.retry('CreateCollection', options, (deadline) =>
      this.onChannel(async (channel) => {
        const { client } = channel;
        await serviceOf(channel);
        if (this.closed) throw closedStore();
        const timeout = Math.max(1, deadline - performance.now());
        checkResponse(await client.createCollection({ ...request, timeout }));
      }),
    );
  }

  /** Running requests reject as UnavailableError. */
  close(): Promise<void> {
    this.closed ??= (async () => {
      for (const cancel of this.cancels) cancel();
      await dispose(this.channel);
    })();
    return this.closed;
  }

  private async retry<T>(
    method: string,
    { index, timeoutMs, signal }: MilvusCallOptions,
    attempt: (deadline: number) => Promise<T>,
  ): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    for (let attempts = 0; ; attempts++) {
      signal?.throwIfAborted();
      if (this.closed) throw closedStore();
      try {
        return await attempt(deadline);
      } catch (thrown) {
        signal?.throwIfAborted();
        // `close` was called during this request.
        if (this.closed as Promise<void> | null) throw closedStore();
        const { error, retryable } = failureOf(thrown, { address: this.settings.address, method, index });
        const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
        if (!retryable || attempts >= this.settings.maxRetries || performance.now() + pauseMs >= deadline) throw error;
        await pause(pauseMs, signal);
      }
    }
  }

  private send<T>(method: string, request: object, deadline: number, signal?: AbortSignal): Promise<T> {
    return this.onChannel(async (channel) => {
      const { rpcs } = await serviceOf(channel);
      if (!rpcs[method]) throw new Error(`the SDK's proto files have no ${method}`);
      signal?.throwIfAborted();
      if (this.closed) throw closedStore();
      const response = await new Promise<unknown>((resolve, reject) => {
        // gRPC takes a time of the clock, which may jump; the rest of the time does not.
        const latest = new Date(Date.now() + deadline - performance.now());
        const call = rpcs[method]?.(request, { deadline: latest }, (error, answer) => {
          signal?.removeEventListener('abort', cancel);
          this.cancels.delete(cancel);
          if (error) reject(error);
          else resolve(answer);
        });
        const cancel = (): void => call?.cancel();
        signal?.addEventListener('abort', cancel, { once: true });
        this.cancels.add(cancel);
      });
      checkResponse(response);
      return response as T;
    });
  }

  private async onChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const { channel } = this;
    channel.calls++;
    try {
      return await work(channel);
    } catch (error) {
      // If a peer disappears without closing the connection, all calls on it hang. The next request gets a new channel.
      if (isDeadline(error) && channel === this.channel && !this.closed) {
        channel.retired = true;
        this.channel = openChannel(this.settings);
      }
      throw error;
    } finally {
      channel.calls--;
      if (channel.retired && channel.calls === 0) void dispose(channel);
    }
  }
}

function openChannel(settings: MilvusSettings): Channel {
  const { address, token, username, password, database, tls, caFile, timeoutMs } = settings;
  let client: MilvusClient;
  try {
    client = new MilvusClient({
      address,
      ...(token === undefined ? {} : { token }),
      ...(username === undefined || password === undefined ? {} : { username, password }),
      ...(database === undefined ? {} : { database }),
      ssl: tls,
      ...(caFile === undefined ? {} : { tls: { rootCertPath: caFile } }),
      timeout: timeoutMs,
      maxRetries: 0,
      telemetry: { enabled: false },
      logLevel: 'error',
      channelOptions: { ...CHANNEL_OPTIONS },
      isGlobal: false,
      pool: { min: 0, max: 1 },
      // Skips the first call of the SDK, which is not needed. While the server is away, its rejection would end the
      // process.
      __SKIP_CONNECT__: true,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new InvalidInputError(`the CA file for Milvus cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  withoutRetryInterceptor(client);
  return { client, service: null, calls: 0, retired: false };
}

/**
 * Removes the retry interceptor of the SDK before the first service is created (decision 13). It retries requests,
 * which this class does itself. It turns UNIMPLEMENTED into success. It writes each request as JSON for a debug log
 * that is off, which takes a third of the time of an upsert.
 */
function withoutRetryInterceptor({ channelOptions }: MilvusClient): void {
  const interceptors = channelOptions['interceptors'] as unknown[];
  assert(
    interceptors.length === SDK_INTERCEPTORS,
    'the interceptors of the Milvus SDK differ from those of version 3.0.6',
  );
  interceptors.pop();
}

function serviceOf(channel: Channel): Promise<Service> {
  channel.service ??= (async () => {
    const pool = channel.client.channelPool;
    const service = await pool.acquire();
    // Releases it at once: a service handles any number of concurrent calls, and the pool gives the same service to the
    // SDK.
    await pool.release(service);
    return { rpcs: service as unknown as Service['rpcs'], close: () => service.close() };
  })();
  return channel.service;
}

/** Does not call closeConnection of the SDK, which reads the state of the closed channel and so connects it again. */
async function dispose({ service }: Channel): Promise<void> {
  (await service)?.close();
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

export function closedStore(): UnavailableError {
  return new UnavailableError('the vector store is closed');
}
