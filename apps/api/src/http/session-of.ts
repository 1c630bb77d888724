import type { IncomingMessage } from 'node:http';
import type { App } from '@wentu/composition';
import { EVERYBODY, type Principal, type Session } from '@wentu/session';

/** Returns the session of the client that sent a request. Requests reach stored data only through it. */
export type SessionOf = (request: IncomingMessage) => Session;

/** @param principalOf identifies the client of a request; there are no accounts, so the default is EVERYBODY */
export function createSessionOf(
  app: Pick<App, 'as'>,
  principalOf: (request: IncomingMessage) => Principal = () => EVERYBODY,
): SessionOf {
  return (request) => app.as(principalOf(request));
}
