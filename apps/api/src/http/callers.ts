import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { App } from '@wentu/composition';
import { ForbiddenError, WentuError, sentence } from '@wentu/domain';
import { ANONYMOUS_READER, EVERYBODY, type Principal, type Session } from '@wentu/session';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Authenticator, Known } from '../access/authenticator';
import { FailureLimit, TooManyFailuresError } from '../access/failure-limit';
import { isSigned, signerOf, signImage, type Signer } from '../access/image-signature';
import type { SignImage } from '../graphql/context';
import { readRest } from './upload-route';

/** The sender of a request. */
export interface Caller {
  readonly principal: Principal;
  /** Signs addresses of pictures for clients that show them without the key; null for all others. */
  readonly signer: Signer | null;
  /** The sign-in of a browser; null for all others. */
  readonly signIn: { readonly token: string; readonly csrf: string } | null;
}

/** The name in a connection without TLS; with TLS its prefix forbids other paths and domains. */
export const COOKIE = 'wentu';
export const SECURE_COOKIE = '__Host-wentu';
export const CSRF_HEADER = 'x-wentu-csrf';
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Of one address in a minute. */
const WRONG_KEYS = { name: 'wrong-keys', failures: 20, seconds: 60 };
/** Of one address in a quarter of an hour. */
const WRONG_PASSWORDS = { name: 'wrong-passwords', failures: 10, seconds: 15 * 60 };

/** Finds out who sent a request, once for each request, before anything else reads it. */
export class Callers {
  readonly wrongPasswords: FailureLimit;
  private readonly wrongKeys: FailureLimit;
  private readonly callers = new WeakMap<IncomingMessage, Caller>();
  private readonly internal = new WeakSet<IncomingMessage>();

  /** @param addressOf the address of the client, for limits */
  constructor(
    private readonly app: Pick<App, 'as' | 'counters'>,
    readonly authenticator: Authenticator,
    readonly addressOf: (request: IncomingMessage) => string,
    private readonly log: Logger,
  ) {
    this.wrongPasswords = new FailureLimit(app.counters, WRONG_PASSWORDS);
    this.wrongKeys = new FailureLimit(app.counters, WRONG_KEYS);
  }

  /** Lets a request of the server itself search and read. */
  markInternal(request: IncomingMessage): void {
    this.internal.add(request);
  }

  readonly middleware = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    try {
      this.callers.set(request, await this.identify(request));
    } catch (error) {
      if (!SAFE_METHODS.has(request.method)) await readRest(request, response);
      throw error;
    }
    next();
  };

  /** Refuses a request of a client that may do nothing, before its body is read. */
  readonly refuseNobody = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const { principal } = this.callerOf(request);
    if (principal.rights.size === 0) {
      if (!SAFE_METHODS.has(request.method)) await readRest(request, response);
      if (principal.name !== null) throw new ForbiddenError(sentence('ROLE_MISSING', { name: principal.name }));
      throw new WentuError('UNAUTHENTICATED', sentence('SIGN_IN_FIRST'));
    }
    next();
  };

  callerOf(request: IncomingMessage): Caller {
    const caller = this.callers.get(request);
    if (!caller) throw new Error('the request has no caller');
    return caller;
  }

  readonly sessionOf = (request: IncomingMessage): Session => this.app.as(this.callerOf(request).principal);

  /**
   * @param authorization of a WebSocket's connection_init; by default that of the request
   * @throws UNAUTHENTICATED for a wrong key; FORBIDDEN for a sign-in without its CSRF token
   */
  async identify(request: IncomingMessage, authorization = request.headers.authorization): Promise<Caller> {
    if (this.internal.has(request)) return plain(ANONYMOUS_READER);
    // Other schemes are those of a proxy in front.
    const secret = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (secret !== undefined) return await this.bySecret(request, secret);
    const { anonymous } = this.authenticator;
    if (anonymous === EVERYBODY) return plain(EVERYBODY);
    return (await this.byCookie(request)) ?? (await this.bySignature(request)) ?? plain(anonymous);
  }

  /** Counts a wrong key or password. @throws TooManyFailuresError */
  async noteFailure(request: IncomingMessage, limit = this.wrongKeys): Promise<void> {
    const address = this.addressOf(request);
    const retryAfterS = await limit.add(address);
    if (retryAfterS === 0) return;
    this.log.warn({ address }, 'too many wrong keys or passwords');
    throw new TooManyFailuresError(retryAfterS);
  }

  private async bySecret(request: IncomingMessage, secret: string): Promise<Caller> {
    const known = await this.authenticator.bySecret(secret);
    // Where nobody needs a key, a proxy in front may send a token of its own.
    if (!known && this.authenticator.anonymous === EVERYBODY) return plain(EVERYBODY);
    if (!known) {
      await this.noteFailure(request);
      throw new WentuError('UNAUTHENTICATED', sentence('KEY_WRONG'));
    }
    return { principal: known.principal, signer: signerFor(known), signIn: null };
  }

  private async byCookie(request: IncomingMessage): Promise<Caller | null> {
    const token = cookieOf(request);
    const known = token === null ? null : await this.authenticator.bySignIn(token);
    if (token === null || !known) return null;
    const csrf = csrfOf(token);
    const isWebSocket = request.headers.upgrade !== undefined;
    // Browsers send the origin of a WebSocket, and the host guard compares it.
    if (isWebSocket ? request.headers.origin === undefined : !SAFE_METHODS.has(request.method ?? '')) {
      const given = Buffer.from(String(request.headers[CSRF_HEADER] ?? ''));
      const expected = Buffer.from(csrf);
      if (isWebSocket || given.length !== expected.length || !timingSafeEqual(given, expected))
        throw new ForbiddenError(sentence('CSRF_MISSING', { header: CSRF_HEADER }));
    }
    return { principal: known.principal, signer: null, signIn: { token, csrf } };
  }

  /** `/images/<id>` with a signature may be read like that, and nothing else. */
  private async bySignature(request: IncomingMessage): Promise<Caller | null> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const id = /^\/images\/(\d+)$/.exec(pathname)?.[1];
    const keyId = id === undefined ? null : signerOf(searchParams);
    const known = keyId === null ? null : await this.authenticator.known(keyId);
    if (id === undefined || !known?.keySecret || !isSigned(known.keySecret, id, searchParams)) return null;
    return plain({ ...known.principal, rights: ANONYMOUS_READER.rights });
  }
}

function plain(principal: Principal): Caller {
  return { principal, signer: null, signIn: null };
}

function signerFor({ principal, keySecret }: Known): Signer | null {
  return keySecret === null ? null : { keyId: principal.keyId ?? 0, keySecret };
}

/** Addresses of pictures are signed for clients with a key, which an `<img>` cannot send. */
export function signImagesFor({ signer }: Caller): SignImage | undefined {
  return signer ? (id) => signImage(signer, id) : undefined;
}

/** The page sends it with each change; a page of another site cannot read it. */
export function csrfOf(token: string): string {
  return createHash('sha256').update(`csrf ${token}`).digest('base64url').slice(0, 32);
}

function cookieOf({ headers }: IncomingMessage): string | null {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const values = new Map(pairs.map(([name = '', value = '']) => [name, value]));
  const token = values.get(SECURE_COOKIE) ?? values.get(COOKIE);
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : null;
}
