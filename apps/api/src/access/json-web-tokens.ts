import type { Config } from '@wentu/composition';
import { MAX_KEY_COLLECTIONS, ROLES, UnavailableError, type Role } from '@wentu/domain';
import type { errors as joseErrors, JWTPayload } from 'jose';

type JwtConfig = NonNullable<Config['access']['jwt']>;

/** What a token says about its owner. */
export interface TokenClaims {
  readonly subject: string;
  /** Null: the token has no role that Wentu knows. */
  readonly role: Role | null;
  /** Names; null: all collections. */
  readonly collections: readonly string[] | null;
}

const MAX_TOKEN_LENGTH = 8_192;
/** Only algorithms with a public key: with HS256, the public key itself would sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_TOLERANCE_S = 30;
const FETCH_MS = 5_000;

/** Checks tokens of an identity provider (RFC 7519) with the keys at its address (RFC 7517). */
export function createTokenCheck({ jwksUrl, issuer, audience, roleClaim, collectionsClaim }: JwtConfig) {
  // Loaded only where tokens are used, because loading code is most of a start.
  const library = import('jose');
  const keys = library.then(({ createRemoteJWKSet }) =>
    createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: FETCH_MS }),
  );
  const options = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_S };

  /** @returns null for a token that is wrong or has expired @throws UnavailableError when the keys cannot be read */
  return async (token: string): Promise<TokenClaims | null> => {
    if (token.length > MAX_TOKEN_LENGTH || token.split('.').length !== 3) return null;
    const [{ errors, jwtVerify }, jwks] = await Promise.all([library, keys]);
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, jwks, { ...options, requiredClaims: ['exp', 'sub'] }));
    } catch (error) {
      if (isWrongToken(error, errors)) return null;
      throw new UnavailableError('the keys of the identity provider cannot be read; try again later', { cause: error });
    }
    const subject = String(payload.sub).slice(0, 200);
    return { subject, role: roleOf(payload[roleClaim]), collections: collectionsOf(payload[collectionsClaim]) };
  };
}

function isWrongToken(error: unknown, errors: typeof joseErrors): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  // A JOSEError without a code of its own is the answer of the provider, such as 404.
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

/** @param claim a role, or a list that contains one, in any case; the highest one counts */
function roleOf(claim: unknown): Role | null {
  const names = (Array.isArray(claim) ? (claim as unknown[]) : [claim]).map((name) => String(name).toUpperCase());
  return ROLES.filter((role) => names.includes(role)).at(-1) ?? null;
}

/** A claim that is no list of names allows no collection. */
function collectionsOf(claim: unknown): readonly string[] | null {
  if (claim === undefined) return null;
  const names = Array.isArray(claim) ? (claim as unknown[]) : [claim];
  return names.filter((name) => typeof name === 'string').slice(0, MAX_KEY_COLLECTIONS);
}
