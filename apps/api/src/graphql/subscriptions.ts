import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { App, Config } from '@wentu/composition';
import {
  getOperationAST,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WentuError } from '@wentu/domain';
import { WebSocket, WebSocketServer } from 'ws';
import type { HostGuard } from '../http/host-guard';
import { signImagesFor, type Caller, type Callers } from '../http/callers';
import { MAX_ORDINARY_BYTES } from '../http/read-body';
import type { Admission } from '../limits/admission';
import { noteRefusal, OverloadedError } from '../limits/overload';
import type { RateLimit } from '../limits/rate-limit';
import { findRepeats } from '../limits/repeated-fields';
import { RequestLife } from '../limits/request-life';
import type { AnswerBytes, SendingBytes } from '../limits/sending-bytes';
import type { socketExecution } from '../telemetry/operations';
import type { Turns } from '../limits/turns';
import { createContext, GoneError } from './context';
import type { Protection } from './protection';

/** Operations of all sockets. */
const MAX_OPERATIONS = 2_000;
/** The time limit for clients to close their connections at shutdown. */
const CLOSING_MS = 1_500;
/** The close code of WebSockets for a server that cannot answer now. */
const TRY_AGAIN_LATER = 1_013;
/** How long a subscription lasts after its key was revoked. */
const CHECK_MS = 3_000;

interface Options {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly app: Pick<App, 'as'>;
  readonly callers: Callers;
  readonly limits: Config['limits'];
  readonly guard: HostGuard;
  readonly protection: Protection;
  readonly admission: Admission;
  readonly sending: SendingBytes;
  readonly rate: RateLimit;
  readonly execution: ReturnType<typeof socketExecution>;
  readonly turns: Turns;
  readonly formatError: (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;
}

/** Serves graphql-ws on /graphql, with the same checks and limits as HTTP. */
export function serveSubscriptions(options: Options): { close(): Promise<void> } {
  const { server, callers, limits, guard, sending, formatError, execution } = options;
  const operations = new Operations();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: Math.min(limits.maxBodyBytes, MAX_ORDINARY_BYTES),
    WebSocket: countingSocket(sending),
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node removes its own error listener before this event; a reset must not end the process.
    socket.on('error', () => socket.destroy());
    const isFull = sockets.clients.size >= limits.maxSockets;
    if (isFull) noteRefusal('sockets');
    const refused = guard.refuses(request) !== null ? '403 Forbidden' : isFull ? '503 Service Unavailable' : null;
    if (refused !== null || request.url?.split('?')[0] !== '/graphql') {
      socket.end(`HTTP/1.1 ${refused ?? '404 Not Found'}\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });

  const format = (errors: readonly GraphQLError[]): GraphQLFormattedError[] =>
    errors.map((error) => formatError(error.toJSON(), error));
  const open = new Map<WebSocket, () => Promise<Caller>>();
  const checking = setInterval(() => void closeRevoked(open), CHECK_MS).unref();
  const disposable = useServer<ConnectionParameters, { request: IncomingMessage; socket: WebSocket }>(
    {
      execute: (args) => execution.execute(args),
      subscribe: (args) => execution.subscribe(args),
      // Browsers send a cookie with the request; other clients send { authorization: "Bearer …" } here.
      async onConnect({ extra: { request, socket }, connectionParams }) {
        const authorization = connectionParams?.['authorization'];
        const identify = async (): Promise<Caller> =>
          await callers.identify(request, typeof authorization === 'string' ? authorization : undefined);
        const isAllowed = await identify().then(
          ({ principal }) => principal.rights.size > 0,
          (error: unknown) => {
            if (!(error instanceof WentuError)) throw error;
            if (error.code === 'UNAVAILABLE') socket.close(TRY_AGAIN_LATER, 'Try again later');
            return false;
          },
        );
        // The client is told 4403 (Forbidden).
        if (!isAllowed) return false;
        open.set(socket, identify);
        socket.once('close', () => open.delete(socket));
        return true;
      },
      connectionInitWaitTimeout: 10_000,
      async onSubscribe(context, id, payload) {
        if (Object.keys(context.subscriptions).length > limits.maxSocketOperations) {
          return [
            new GraphQLError(`at most ${limits.maxSocketOperations} operations at a time on one socket`, {
              extensions: { code: 'BAD_REQUEST' },
            }),
          ];
        }
        try {
          return await begin(
            options,
            operations,
            context.extra,
            id,
            payload,
            await (open.get(context.extra.socket) as () => Promise<Caller>)(),
          );
        } catch (error) {
          if (error instanceof GraphQLError) return [error];
          if (error instanceof Error) return [new GraphQLError(error.message, { originalError: error })];
          throw error;
        }
      },
      onComplete: (context, id) => operations.end(context.extra.socket, id),
      onError: (_context, _id, _payload, errors) =>
        errors.map((error) => {
          // graphql-ws gives validation errors no code, unlike Apollo.
          const code = error.extensions['code'] ?? (error.originalError ? undefined : 'GRAPHQL_VALIDATION_FAILED');
          return { ...formatError({ ...error.toJSON(), extensions: { code } }, error) };
        }),
      onNext(_context, _id, _payload, _args, { errors, ...result }) {
        return errors ? ({ ...result, errors: format(errors) } as FormattedExecutionResult) : undefined;
      },
    },
    sockets,
  );
  // graphql-ws would log broken frames of clients as errors. ws has already closed the socket.
  sockets.on('connection', (socket) => socket.removeAllListeners('error').on('error', () => undefined));
  return {
    async close() {
      clearInterval(checking);
      // An unresponsive client never answers the closing handshake.
      const terminating = setTimeout(() => sockets.clients.forEach((client) => client.terminate()), CLOSING_MS);
      await disposable.dispose();
      clearTimeout(terminating);
    },
  };
}

type ConnectionParameters = Record<string, unknown>;

/** Ends the subscriptions of clients whose key was revoked or has expired. An unavailable store ends none. */
async function closeRevoked(open: ReadonlyMap<WebSocket, () => Promise<Caller>>): Promise<void> {
  for (const [socket, identify] of open) {
    const isRefused = await identify().then(
      ({ principal }) => principal.rights.size === 0,
      (error: unknown) => error instanceof WentuError && error.code !== 'UNAVAILABLE',
    );
    if (isRefused) socket.close(CloseCode.Forbidden, 'Forbidden');
  }
}

interface Extra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

/** @returns the operation to execute, or the errors of its query @throws WentuError, GraphQLError */
async function begin(
  options: Options,
  operations: Operations,
  { socket, request }: Extra,
  id: string,
  payload: SubscribePayload,
  caller: Caller,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { protection, schema, admission, sending, rate } = options;
  if (operations.count >= MAX_OPERATIONS) {
    noteRefusal('sockets');
    throw new OverloadedError(`${MAX_OPERATIONS} operations run on the sockets of this server`, 10);
  }
  if (sending.isFull) throw sending.fullError();
  await rate.take(request, 1);
  // One socket may send many operations at once.
  const leaveTurn = await admission.takeTurn();
  try {
    // No event of the socket would end the operation any more.
    if (socket.readyState !== WebSocket.OPEN) throw new GoneError('the client has disconnected');
    const document = parse(payload.query, { maxTokens: protection.maxTokens });
    const repeats = findRepeats(document);
    if (repeats) return [repeats];
    const errors = validate(schema, document, [...specifiedRules, ...protection.rules]);
    if (errors.length > 0) return errors;
    return await admit(options, operations, { socket, request }, id, { ...payload, document }, caller);
  } finally {
    leaveTurn();
  }
}

/** @param payload its document is valid @throws WentuError, GraphQLError */
async function admit(
  { schema, app, limits, admission, sending, rate, turns }: Options,
  operations: Operations,
  { socket, request }: Extra,
  id: string,
  { document, operationName, variables }: SubscribePayload & { readonly document: DocumentNode },
  caller: Caller,
): Promise<ExecutionArgs> {
  const bytes = sending.open();
  const contextValue = createContext({
    session: app.as(caller.principal),
    life: new RequestLife(operations.begin(socket, id, bytes), () => undefined),
    maxDataBytes: limits.maxAnswerDataBytes,
    bytes,
    spend: async (cost) => await rate.spend(request, cost),
    leaveTurn: () => undefined,
    signImage: signImagesFor(caller),
    turns,
  });
  const operation = getOperationAST(document, operationName);
  if (operation) {
    try {
      const type = operation.operation;
      const leave = await admission.enter({ document, type, operationName, variables }, contextValue);
      operations.onEnd(socket, id, leave);
    } catch (error) {
      operations.end(socket, id);
      throw error;
    }
  }
  return {
    ...{ schema, document, contextValue },
    operationName: operationName ?? null,
    variableValues: variables ?? null,
  };
}

type Sent = (error?: Error) => void;

/**
 * A send to a client that has disconnected (EPIPE, ECONNRESET) is not an error: the event `close` of the socket ends
 * its operations. What a client has not read yet is counted.
 */
function countingSocket(sending: SendingBytes): typeof WebSocket {
  return class ClientSocket extends WebSocket {
    override send(data: Parameters<WebSocket['send']>[0], options?: object | Sent, done?: Sent): void {
      const sent = typeof options === 'function' ? (options as Sent) : done;
      const bytes = sending.open();
      if (typeof data === 'string') bytes.add(Buffer.byteLength(data));
      super.send(data, typeof options === 'object' ? options : {}, () => {
        bytes.close();
        sent?.();
      });
    }
  };
}

interface RunningOperation {
  readonly controller: AbortController;
  readonly bytes: AnswerBytes;
  leave: (() => void) | null;
}

/** One AbortController per operation, aborted when the operation ends or its socket closes; one listener per socket. */
class Operations {
  /** Operations of all sockets. */
  count = 0;
  private readonly running = new WeakMap<WebSocket, Map<string, RunningOperation>>();

  begin(socket: WebSocket, id: string, bytes: AnswerBytes): AbortSignal {
    let operations = this.running.get(socket);
    if (!operations) {
      this.running.set(socket, (operations = new Map<string, RunningOperation>()));
      socket.once('close', () => {
        for (const running of operations?.keys() ?? []) this.end(socket, running);
      });
    }
    const controller = new AbortController();
    operations.set(id, { controller, bytes, leave: null });
    this.count++;
    return controller.signal;
  }

  /** Calls `leave` when the operation ends, at once if it has ended already. */
  onEnd(socket: WebSocket, id: string, leave: () => void): void {
    const operation = this.running.get(socket)?.get(id);
    if (operation) operation.leave = leave;
    else leave();
  }

  end(socket: WebSocket, id: string): void {
    const operations = this.running.get(socket);
    const operation = operations?.get(id);
    if (!operation) return;
    operations?.delete(id);
    this.count--;
    operation.controller.abort(new GoneError('the operation has ended'));
    operation.bytes.close();
    operation.leave?.();
  }
}
