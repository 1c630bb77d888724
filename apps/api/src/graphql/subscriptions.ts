import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { App, Config } from '@wentu/composition';
import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WentuError } from '@wentu/domain';
import { WebSocket, WebSocketServer } from 'ws';
import type { HostGuard } from '../http/host-guard';
import { signImagesFor, type Caller, type Callers } from '../http/callers';
import { MAX_ORDINARY_BYTES } from '../http/read-body';
import type { socketExecution } from '../telemetry/operations';
import { createContext, GoneError } from './context';
import type { Protection } from './protection';

const MAX_SOCKETS = 1_000;
const MAX_OPERATIONS_A_SOCKET = 50;
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
  readonly execution: ReturnType<typeof socketExecution>;
  readonly formatError: (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;
}

/** Serves graphql-ws on /graphql, with the same checks and limits as HTTP. */
export function serveSubscriptions(options: Options): { close(): Promise<void> } {
  const { server, schema, app, callers, limits, guard, protection, formatError, execution } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: Math.min(limits.maxBodyBytes, MAX_ORDINARY_BYTES),
    WebSocket: ClientSocket,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node removes its own error listener before this event; a reset must not end the process.
    socket.on('error', () => socket.destroy());
    const refused =
      guard.refuses(request) !== null
        ? '403 Forbidden'
        : sockets.clients.size >= MAX_SOCKETS
          ? '503 Service Unavailable'
          : null;
    if (refused !== null || request.url?.split('?')[0] !== '/graphql') {
      socket.end(`HTTP/1.1 ${refused ?? '404 Not Found'}\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });

  const format = (errors: readonly GraphQLError[]): GraphQLFormattedError[] =>
    errors.map((error) => formatError(error.toJSON(), error));
  const operations = new Operations();
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
        if (Object.keys(context.subscriptions).length > MAX_OPERATIONS_A_SOCKET) {
          return [
            new GraphQLError(`at most ${MAX_OPERATIONS_A_SOCKET} operations at a time on one socket`, {
              extensions: { code: 'BAD_REQUEST' },
            }),
          ];
        }
        try {
          const document = parse(payload.query, { maxTokens: protection.maxTokens });
          const errors = validate(schema, document, [...specifiedRules, ...protection.rules]);
          if (errors.length > 0) return errors;
          const caller = await (open.get(context.extra.socket) as () => Promise<Caller>)();
          return {
            schema,
            document,
            contextValue: createContext(
              app.as(caller.principal),
              operations.begin(context.extra.socket, id),
              limits.maxAnswerDataBytes,
              signImagesFor(caller),
            ),
            operationName: payload.operationName ?? null,
            variableValues: payload.variables ?? null,
          };
        } catch (error) {
          if (error instanceof GraphQLError) return [error];
          if (error instanceof WentuError) return [new GraphQLError(error.message, { originalError: error })];
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

type Sent = (error?: Error) => void;

/**
 * A send to a client that has disconnected (EPIPE, ECONNRESET) is not an error: the event `close` of the socket ends
 * its operations.
 */
class ClientSocket extends WebSocket {
  override send(data: Parameters<WebSocket['send']>[0], options?: object | Sent, done?: Sent): void {
    const sent = typeof options === 'function' ? (options as Sent) : done;
    super.send(data, typeof options === 'object' ? options : {}, () => sent?.());
  }
}

/** One AbortController per operation, aborted when the operation ends or its socket closes; one listener per socket. */
class Operations {
  private readonly running = new WeakMap<WebSocket, Map<string, AbortController>>();

  begin(socket: WebSocket, id: string): AbortSignal {
    let operations = this.running.get(socket);
    if (!operations) {
      this.running.set(socket, (operations = new Map<string, AbortController>()));
      socket.once('close', () => {
        for (const running of operations?.keys() ?? []) this.end(socket, running);
      });
    }
    const controller = new AbortController();
    operations.set(id, controller);
    return controller.signal;
  }

  end(socket: WebSocket, id: string): void {
    const operations = this.running.get(socket);
    operations?.get(id)?.abort(new GoneError('the operation has ended'));
    operations?.delete(id);
  }
}
