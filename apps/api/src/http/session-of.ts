import type { IncomingMessage } from 'node:http';
import type { Session } from '@wentu/session';

/** Returns the session of the client that sent a request. Requests reach stored data only through it. */
export type SessionOf = (request: IncomingMessage) => Session;
