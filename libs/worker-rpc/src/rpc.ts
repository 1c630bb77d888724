import { UnavailableError } from '@wentu/domain';
import { currentScope, inTrace, Trace, type Span } from '@wentu/telemetry';
import { deserializeError, serializeError, type Message } from './messages';

/** The part of a Worker, a MessagePort or a worker's parentPort that calls use. */
export interface RpcPort {
  postMessage(message: unknown, transferList?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: Message) => void): unknown;
  on(event: 'close' | 'exit' | 'error' | 'messageerror', listener: (detail?: unknown) => void): unknown;
}

/** The type of a service for the calling thread. */
export type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => Promise<R> : never;
};

/** What a thread serves, by name: the service itself, or a function that opens it. Calls wait until it is open. */
export type Served<S extends object> = { readonly [K in keyof S]: S[K] | (() => Promise<S[K]>) };

type Service = Record<string, (...args: unknown[]) => unknown>;

const handedOver = new WeakMap<object, readonly ArrayBuffer[]>();

/**
 * Marks an argument or the result of a call: these buffers of it are moved to the other thread instead of copied, and
 * are empty in this thread afterwards. They must contain no other data.
 */
export function handOver<T extends object>(value: T, buffers: readonly ArrayBuffer[]): T {
  handedOver.set(value, buffers);
  return value;
}

function buffersOf(value: unknown): readonly ArrayBuffer[] {
  return handedOver.get(Object(value) as object) ?? [];
}

/**
 * Answers calls from the port with the methods of named services. Arguments and results are copied by structured clone.
 * An AbortSignal as the last argument of a call is passed on to the method. Errors keep their class, code and stack.
 * For a traced call, the steps of the method return with its result.
 *
 * @typeParam S the services by name: the interface that both threads share
 */
export function serveCalls<S extends object = never>(port: RpcPort, services: NoInfer<Served<S>>): void {
  const named = new Map<string, unknown>(Object.entries(services));
  const running = new Map<number, AbortController>();
  port.on('message', (message) => {
    if (message.type === 'abort') running.get(message.id)?.abort(deserializeError(message.reason));
    if (message.type === 'call') void answer(message);
  });

  async function answer(call: Extract<Message, { type: 'call' }>): Promise<void> {
    const trace = call.traceId === undefined ? null : new Trace(call.traceId);
    const steps = (): { spans?: readonly Span[] } => {
      trace?.end();
      return trace && trace.spans.length > 0 ? { spans: trace.spans } : {};
    };
    try {
      const given = named.get(call.service);
      const service = (typeof given === 'function' ? await (given as () => Promise<unknown>)() : given) as
        Service | undefined;
      const method = service?.[call.method];
      if (typeof method !== 'function') throw new Error(`no method ${call.service}.${call.method} in this thread`);
      const args = [...call.args];
      if (call.abortable) {
        const controller = new AbortController();
        running.set(call.id, controller);
        args.push(controller.signal);
      }
      const run = (): unknown => method.apply(service, args);
      const value: unknown = await (trace ? inTrace(trace, run) : run());
      port.postMessage({ type: 'result', id: call.id, value, ...steps() } satisfies Message, buffersOf(value));
    } catch (error) {
      port.postMessage({ type: 'error', id: call.id, error: serializeError(error), ...steps() } satisfies Message);
    } finally {
      running.delete(call.id);
    }
  }
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  addSteps(spans: readonly Span[]): void;
}

/**
 * Calls named services in another thread.
 *
 * @typeParam S the services by name: the interface that the other thread passes to `serveCalls`
 */
export class RpcClient<S extends object> {
  private nextId = 1;
  private readonly pending = new Map<number, Pending>();
  private ended: Error | undefined;

  /** @param threadName used in error messages, for example "index worker" */
  constructor(
    private readonly port: RpcPort,
    threadName: string,
  ) {
    port.on('message', (message) => {
      if (message.type !== 'result' && message.type !== 'error') return;
      const call = this.pending.get(message.id);
      this.pending.delete(message.id);
      if (message.spans) call?.addSteps(message.spans);
      if (message.type === 'result') call?.resolve(message.value);
      else call?.reject(deserializeError(message.error));
    });
    const fail = (cause?: unknown): void => this.fail(threadName, cause);
    port.on('error', fail);
    port.on('exit', fail);
    port.on('close', fail);
  }

  /** Returns a proxy whose methods are calls. Pending calls reject with UnavailableError when the thread ends. */
  service<K extends keyof S & string>(name: K): Remote<S[K]> {
    const methods = new Map<string, (...args: unknown[]) => Promise<unknown>>();
    return new Proxy({} as Remote<S[K]>, {
      get: (_target, method) => {
        // `await` would call the `then` of the proxy.
        if (typeof method !== 'string' || method === 'then') return undefined;
        let call = methods.get(method);
        if (!call) methods.set(method, (call = (...args) => this.call(name, method, args)));
        return call;
      },
    });
  }

  private call(service: string, method: string, args: unknown[]): Promise<unknown> {
    if (this.ended) return Promise.reject(this.ended);
    const last = args.at(-1);
    const signal = last instanceof AbortSignal ? last : undefined;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    // An absent optional signal is not sent as an argument.
    const sent = signal || last === undefined ? args.slice(0, -1) : args;
    const id = this.nextId++;
    const scope = currentScope();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.port.postMessage({ type: 'abort', id, reason: serializeError(signal?.reason) } satisfies Message);
      };
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      this.pending.set(id, {
        resolve: (value) => (settled(), resolve(value)),
        reject: (error) => (settled(), reject(error)),
        addSteps: (spans) => scope?.trace.adopt(spans, scope.span),
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        const message: Message = { type: 'call', id, service, method, args: sent, abortable: signal !== undefined };
        this.port.postMessage(scope ? { ...message, traceId: scope.trace.id } : message, sent.flatMap(buffersOf));
      } catch (error) {
        this.pending.delete(id);
        settled();
        reject(error);
      }
    });
  }

  private fail(threadName: string, cause: unknown): void {
    this.ended ??= new UnavailableError(
      `the ${threadName} has ended; restart the server (its log says why)`,
      cause instanceof Error ? { cause } : undefined,
    );
    for (const call of this.pending.values()) call.reject(this.ended);
    this.pending.clear();
  }
}
