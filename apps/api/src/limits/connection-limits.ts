import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { BlockList, isIPv6, type Socket } from 'node:net';
import { noteRefusal } from './overload';

export interface ConnectionLimits {
  readonly maxConnections: number;
  /** Connections of this machine are not counted: a proxy in front of the server is one of them. */
  readonly maxConnectionsPerAddress: number;
  /** A client that reads or sends too slowly for so long is disconnected. */
  readonly stallTimeoutMs: number;
}

/** The slowest client that is served, in bytes a second. */
const LEAST_BYTES_PER_SECOND = 1_024;
/** Requests that a client may send on one connection before it reads an answer. Browsers send one. */
const MAX_PIPELINED = 8;
/** How often connections are looked at. */
const LOOK_MS = 1_000;

const THIS_MACHINE = new BlockList();
THIS_MACHINE.addSubnet('127.0.0.0', 8, 'ipv4');
THIS_MACHINE.addAddress('::1', 'ipv6');

/** Whether an address is of this machine, also an IPv4 address in IPv6 notation. */
export function isThisMachine(address: string | undefined): boolean {
  if (address === undefined) return false;
  return THIS_MACHINE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** What a connection has moved, and since when it moves too little. */
interface Pace {
  read: number;
  sent: number;
  queued: number;
  /** Milliseconds during which it was slower than LEAST_BYTES_PER_SECOND. */
  slowMs: number;
  /** Requests without an answer. */
  open: number;
  request: IncomingMessage | null;
}

/**
 * Limits the connections of a server, and ends those of clients that send their request or read their answer too
 * slowly. A connection that waits for the server, or for its client's next request, is never slow.
 * @returns the function that stops looking
 */
export function limitConnections(server: Server, limits: ConnectionLimits): () => void {
  server.maxConnections = limits.maxConnections;
  const counts = new Map<string, number>();
  const paces = new Map<Socket, Pace>();
  // Node.js closes connections above `maxConnections`.
  server.on('drop', () => noteRefusal('connections'));
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (counts.get(address) ?? 0) + 1;
    if (!isThisMachine(address) && count > limits.maxConnectionsPerAddress) {
      noteRefusal('connections');
      socket.destroy();
      return;
    }
    counts.set(address, count);
    paces.set(socket, { read: 0, sent: 0, queued: 0, slowMs: 0, open: 0, request: null });
    socket.once('close', () => {
      paces.delete(socket);
      const left = (counts.get(address) ?? 1) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const pace = paces.get(request.socket);
    if (!pace) return;
    pace.open++;
    pace.request = request;
    if (pace.open > MAX_PIPELINED) request.socket.destroy();
    response.once('close', () => {
      pace.open--;
      if (pace.request === request) pace.request = null;
    });
  });
  const looking = setInterval(() => {
    for (const [socket, pace] of paces) {
      if (isSlow(socket, pace)) pace.slowMs += LOOK_MS;
      else pace.slowMs = 0;
      if (pace.slowMs >= limits.stallTimeoutMs) socket.destroy();
    }
  }, LOOK_MS);
  looking.unref();
  return () => clearInterval(looking);
}

/** Whether the client should have moved bytes since the last look, and has not. */
function isSlow(socket: Socket, pace: Pace): boolean {
  const unsent = socket.writableLength;
  const queued = queuedBytes(socket);
  // A chunk counts as unsent until the system has taken all of it. The queue shows how far a large one is.
  const sent = Math.max(socket.bytesWritten - unsent - pace.sent, pace.queued - queued);
  const read = socket.bytesRead - pace.read;
  pace.sent = socket.bytesWritten - unsent;
  pace.queued = queued;
  pace.read = socket.bytesRead;
  const least = (LEAST_BYTES_PER_SECOND * LOOK_MS) / 1_000;
  if (unsent > 0) return sent < Math.min(unsent, least);
  const { request } = pace;
  // If bytes of the request wait here, it is the server that does not read.
  return request !== null && !request.complete && request.readableLength === 0 && read < least;
}

/** Bytes that libuv has and the system has not taken. Node.js reads this number too, for the timeouts of sockets. */
function queuedBytes(socket: Socket): number {
  const { _handle: handle } = socket as unknown as { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}
