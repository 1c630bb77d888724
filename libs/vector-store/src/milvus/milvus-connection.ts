import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidInputError, UnavailableError } from '@wentu/domain';
import { MilvusClient, type CreateCollectionReq } from '@zilliz/milvus2-sdk-node';
import { checkResponse, failureOf, isDeadline } from './milvus-errors';
import type { MilvusSettings } from './milvus-options';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Those of SDK 3.0.6: metadata, time of the request, retries. */
const SDK_INTERCEPTORS = 3;

const CHANNEL_OPTIONS = {
  // grpc-js lets two minutes pass before it looks again for a server that was long away; this is less than our pauses
  // sum up to.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 250,
  // Servers end connections that ping while nothing is asked.
  'grpc.keepalive_permit_without_calls': 0,
  // A channel that is replaced because it hangs must not hand its connection on.
  'grpc.use_local_subchannel_pool': 1,
};

export interface MilvusCallOptions {
  /** The index's name, for messages. */
  readonly index: string;
  /** For all attempts together. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** One call of the service that grpc-js makes of Milvus's proto files, without the SDK's conversions. */
type Rpc = (
  request: object,
  options: { deadline: Date },
  done: (error: Error | null, response: unknown) => void,
) => { cancel(): void };

interface Service {
  /** Called as methods: grpc-js looks at `this`. */
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
 * Requests to one Milvus, which need not be there yet, or still: each connects as it needs to. Passing failures are
 * repeated with growing pauses inside the request's time; whatever fails is one of our errors.
 */
export class MilvusConnection {
  private channel: Channel;
  private readonly cancels = new Set<() => void>();
  private closed: Promise<void> | null = null;

  /** @throws InvalidInputError when the file of authorities cannot be used */
  constructor(private readonly settings: MilvusSettings) {
    this.channel = openChannel(settings);
  }

  /** @returns the answer, whose status says success */
  call<T>(method: string, request: object, options: MilvusCallOptions): Promise<T> {
    return this.repeat(method, options, (deadline) => this.send<T>(method, request, deadline, options.signal));
  }

  /** The one call whose request only the SDK can encode. */
  async createCollection(request: CreateCollectionReq, options: MilvusCallOptions): Promise<void> {
    await this.repeat('CreateCollection', options, (deadline) =>
      this.onChannel(async (channel) => {
        const { client } = channel;
        await serviceOf(channel);
        if (this.closed) throw closedStore();
        const timeout = Math.max(1, deadline - Date.now());
        checkResponse(await client.createCollection({ ...request, timeout }));
      }),
    );
  }

  /** Requests on their way reject as UnavailableError. */
  close(): Promise<void> {
    this.closed ??= (async () => {
      for (const cancel of this.cancels) cancel();
      await dispose(this.channel);
    })();
    return this.closed;
  }

  private async repeat<T>(
    method: string,
    { index, timeoutMs, signal }: MilvusCallOptions,
    attempt: (deadline: number) => Promise<T>,
  ): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    for (let attempts = 0; ; attempts++) {
      signal?.throwIfAborted();
      if (this.closed) throw closedStore();
      try {
        return await attempt(deadline);
      } catch (thrown) {
        signal?.throwIfAborted();
        // Set while this request was on its way.
        if (this.closed as Promise<void> | null) throw closedStore();
        const { error, retryable } = failureOf(thrown, { address: this.settings.address, method, index });
        const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
        if (!retryable || attempts >= this.settings.maxRetries || Date.now() + pauseMs >= deadline) throw error;
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
        const call = rpcs[method]?.(request, { deadline: new Date(deadline) }, (error, answer) => {
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
      // A peer that vanished without a word leaves a connection on which everything hangs: the next request gets a new
      // one.
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
      // The SDK's first call is only a greeting. While the server is away, its rejection would end the process.
      __SKIP_CONNECT__: true,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new InvalidInputError(`the authorities for Milvus cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  withoutRetryInterceptor(client);
  return { client, service: null, calls: 0, retired: false };
}

/**
 * Removes the SDK's retry interceptor, before the first service is made (decision 13). It repeats requests, which this
 * class does itself, turns UNIMPLEMENTED into success, and writes each request as JSON for a debug log that is off: a
 * third of an upsert's time.
 */
function withoutRetryInterceptor({ channelOptions }: MilvusClient): void {
  const interceptors = channelOptions['interceptors'] as unknown[];
  assert(
    interceptors.length === SDK_INTERCEPTORS,
    'the Milvus SDK has other interceptors than the version this is for',
  );
  interceptors.pop();
}

function serviceOf(channel: Channel): Promise<Service> {
  channel.service ??= (async () => {
    const pool = channel.client.channelPool;
    const service = await pool.acquire();
    // Back at once: a service takes any number of calls together, and the pool hands out the same one to the SDK.
    await pool.release(service);
    return { rpcs: service as unknown as Service['rpcs'], close: () => service.close() };
  })();
  return channel.service;
}

/**
 * Without the SDK's closeConnection: having closed a channel, it asks for the channel's state in a way that connects
 * again.
 */
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
