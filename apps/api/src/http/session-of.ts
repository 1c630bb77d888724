import type { IncomingMessage } from 'node:http';
import type { App } from '@wentu/composition';
import { EVERYBODY, type Principal, type Session } from '@wentu/session';

/** The session of whoever sent a request: the only way from a request to what is stored. */
export type SessionOf = (request: IncomingMessage) => Session;

/** @param principalOf who sent a request; there are no accounts, so by default it is everybody */
export function createSessionOf(
  app: Pick<App, 'as'>,
  principalOf: (request: IncomingMessage) => Principal = () => EVERYBODY,
): SessionOf {
  return (request) => app.as(principalOf(request));
}
