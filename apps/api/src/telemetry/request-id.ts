import { randomUUID } from 'node:crypto';

/** Letters, digits and `-_.:`; safe in logs and headers. */
const WELL_FORMED = /^[\w.:-]{1,64}$/;

/** The id that a proxy or client gave the request, if it is well-formed; else a new one. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && WELL_FORMED.test(header) ? header : randomUUID();
}
