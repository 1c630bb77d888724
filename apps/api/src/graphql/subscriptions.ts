import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '@wentu/composition';
import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';
import type { HostGuard } from '../http/host-guard';
import type { SessionOf } from '../http/session-of';
import { MAX_ORDINARY_BYTES } from '../http/read-body';
import { createContext, GoneError } from './context';
import type { Protection } from './protection';

const MAX_SOCKETS = 1_000;
const MAX_OPERATIONS_A_SOCKET = 50;
/** How long a client may take to say goodbye at shutdown. */
const CLOSING_MS = 1_500;

interface Options {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly sessionOf: SessionOf;
  readonly limits: Config['limits'];
  readonly guard: HostGuard;
  readonly protection: Protection;
  readonly formatError: (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;
}

/** graphql-ws on /graphql, behind the same checks and limits as HTTP. */
export function serveSubscriptions({ server, schema, sessionOf, limits, guard, protection, formatError }: Options): {
  close(): Promise<void>;
} {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: Math.min(limits.maxBodyBytes, MAX_ORDINARY_BYTES),
    WebSocket: ClientSocket,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node takes its own listener away before it hands the socket over; a reset must not end the process.
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
  const disposable = useServer(
    {
      connectionInitWaitTimeout: 10_000,
      onSubscribe(context, id, payload) {
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
          return {
            schema,
            document,
            contextValue: createContext(
              sessionOf(context.extra.request),
              operations.begin(context.extra.socket, id),
              limits.maxAnswerDataBytes,
            ),
            operationName: payload.operationName ?? null,
            variableValues: payload.variables ?? null,
          };
        } catch (error) {
          if (error instanceof GraphQLError) return [error];
          throw error;
        }
      },
      onComplete: (context, id) => operations.end(context.extra.socket, id),
      onError: (_context, _id, _payload, errors) =>
        errors.map((error) => {
          // What is wrong with the request itself has no code of Apollo's here.
          const code = error.extensions['code'] ?? (error.originalError ? undefined : 'GRAPHQL_VALIDATION_FAILED');
          return { ...formatError({ ...error.toJSON(), extensions: { code } }, error) };
        }),
      onNext(_context, _id, _payload, _args, { errors, ...result }) {
        return errors ? ({ ...result, errors: format(errors) } as FormattedExecutionResult) : undefined;
      },
    },
    sockets,
  );
  // graphql-ws prints a client's broken frames as a bug of ours. ws has closed the socket already.
  sockets.on('connection', (socket) => socket.removeAllListeners('error').on('error', () => undefined));
  return {
    async close() {
      // A client that is asleep never answers the closing handshake.
      const impatient = setTimeout(() => sockets.clients.forEach((client) => client.terminate()), CLOSING_MS);
      await disposable.dispose();
      clearTimeout(impatient);
    },
  };
}

type Sent = (error?: Error) => void;

/**
 * A client that has left is no failure of what was being sent to it (EPIPE, ECONNRESET): the socket's `close` ends its
 * operations.
 */
class ClientSocket extends WebSocket {
  override send(data: Parameters<WebSocket['send']>[0], options?: object | Sent, done?: Sent): void {
    const sent = typeof options === 'function' ? (options as Sent) : done;
    super.send(data, typeof options === 'object' ? options : {}, () => sent?.());
  }
}

/** One AbortController an operation, aborted when it ends or its socket closes; one listener a socket. */
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
