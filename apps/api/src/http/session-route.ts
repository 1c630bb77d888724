import { InvalidInputError, WentuError, sentence } from '@wentu/domain';
import { EVERYBODY, type Right } from '@wentu/session';
import express, { type Express, type Request, type Response } from 'express';
import type { Known } from '../access/authenticator';
import { COOKIE, csrfOf, SECURE_COOKIE, type Caller, type Callers } from './callers';
import { goneSignal } from './client-gone';

/** What the page has to know of its user. */
export interface PageSession {
  /** Null: not signed in. */
  readonly name: string | null;
  readonly rights: readonly Right[];
  /** Whether only some collections may be used. */
  readonly isBound: boolean;
  /** The page sends it with each change; null without a sign-in. */
  readonly csrf: string | null;
  /** Whether a sign-in is possible, and gives more rights. */
  readonly canSignIn: boolean;
}

const MAX_BODY = '4kb';
const COOKIE_OPTIONS = { httpOnly: true, sameSite: 'strict', path: '/' } as const;

/** `/session`: POST signs a browser in with a key or a password, GET says who it is, DELETE signs it out. */
export function sessionRoutes(web: Express, callers: Callers): void {
  web.get('/session', (request, response) => {
    response.set('Cache-Control', 'no-store').json(pageSession(callers, callers.callerOf(request)));
  });
  web.post('/session', express.json({ limit: MAX_BODY }), async (request, response) => {
    await signIn(callers, request, response);
  });
  web.delete('/session', async (request, response) => {
    const { signIn: current } = callers.callerOf(request);
    if (current) await callers.authenticator.signOut(current.token);
    for (const name of [COOKIE, SECURE_COOKIE])
      response.clearCookie(name, { ...COOKIE_OPTIONS, secure: name === SECURE_COOKIE });
    // Pictures that the browser has cached. It is ignored without TLS.
    response.set({ 'Clear-Site-Data': '"cache"', 'Cache-Control': 'no-store' }).status(204).end();
  });
}

export function pageSession({ authenticator }: Callers, { principal, signIn: current }: Caller): PageSession {
  const { name, rights, collections } = principal;
  return {
    name: current ? name : null,
    rights: [...rights],
    isBound: collections !== null,
    csrf: current?.csrf ?? null,
    canSignIn: current === null && authenticator.anonymous !== EVERYBODY,
  };
}

async function signIn(callers: Callers, request: Request, response: Response): Promise<void> {
  const known = await find(callers, credentialsIn(request.body), request, response);
  const made = await callers.authenticator.signIn(known);
  if (!made)
    throw new InvalidInputError('a token of an identity provider cannot sign a browser in; send it with each request');
  const isSecure = isOverTls(request);
  response.cookie(isSecure ? SECURE_COOKIE : COOKIE, made.token, {
    ...COOKIE_OPTIONS,
    secure: isSecure,
    expires: made.expiresAt,
  });
  const caller = { principal: known.principal, signer: null, signIn: { token: made.token, csrf: csrfOf(made.token) } };
  response.set('Cache-Control', 'no-store').json(pageSession(callers, caller));
}

/** @throws UNAUTHENTICATED */
async function find(callers: Callers, credentials: Credentials, request: Request, response: Response): Promise<Known> {
  const { authenticator } = callers;
  let known: Known | null;
  if ('key' in credentials) {
    known = await authenticator.bySecret(credentials.key);
    if (!known) await callers.noteFailure(request);
  } else {
    // Counted before the check, so that many tries at the same time are limited too.
    await callers.noteFailure(request, callers.wrongPasswords);
    known = await authenticator.byPassword(credentials.name, credentials.password, goneSignal(response));
    if (known) await callers.wrongPasswords.forgive(callers.addressOf(request));
  }
  if (known) return known;
  throw new WentuError('UNAUTHENTICATED', sentence('SIGN_IN_WRONG'));
}

type Credentials = { readonly key: string } | { readonly name: string; readonly password: string };

/** @throws InvalidInputError */
function credentialsIn(body: unknown): Credentials {
  const { key, name, password } = Object(body) as Record<string, unknown>;
  if (typeof key === 'string') return { key: key.trim() };
  if (typeof name === 'string' && typeof password === 'string') return { name, password };
  throw new InvalidInputError('send JSON with { "key": … }, or with { "name": …, "password": … }');
}

/** Browsers name the origin of a POST; a proxy with TLS in front of this server does not change it. */
function isOverTls({ headers, secure }: Request): boolean {
  return headers.origin?.startsWith('https:') ?? secure;
}
