import { offersFor, parsePageSession } from '../logic/src/page-session';
import { refusalIn } from '../logic/src/refusal';
import { CodedError } from './describe-error';

/** The user of this page. A sign-in or a sign-out loads the page again. */
export const session = parsePageSession(
  document.querySelector('meta[name="wentu-session"]')?.getAttribute('content') ?? null,
);

/** What the page offers to the user. */
export const offers = offersFor(session);

/** Headers of requests that change something. */
export const sessionHeaders: Readonly<Record<string, string>> =
  session.csrf === null ? {} : { 'x-wentu-csrf': session.csrf };

export type Credentials = { readonly key: string } | { readonly name: string; readonly password: string };

/** @throws CodedError for wrong credentials */
export async function signIn(credentials: Credentials): Promise<void> {
  const response = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...sessionHeaders },
    body: JSON.stringify(credentials),
  });
  if (response.ok) {
    location.reload();
    return;
  }
  const refusal = refusalIn(await response.text());
  throw new CodedError(refusal ?? { code: 'INTERNAL', message: response.statusText });
}

/** The page starts again without anything of the user. */
export async function signOut(): Promise<void> {
  await fetch('/session', { method: 'DELETE', headers: sessionHeaders });
  location.assign('/');
}
