import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { ForbiddenError, InvalidInputError, sentence } from '@wentu/domain';
import ipaddr from 'ipaddr.js';

const SETTING = 'WENTU_FETCH_HOSTS';
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * Checks an address before a request to it, and after each redirect. Its host is one of `hosts`: a name, `*.name` for
 * the names below it, or an IP address (IPv6 in brackets), each with a port if that is not the default one of the
 * protocol.
 * @throws InvalidInputError for what is no web address; ForbiddenError for another host
 */
export function checkFetchUrl(text: string, hosts: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const defaultPort = url && DEFAULT_PORTS[url.protocol];
  if (!url || !defaultPort || url.username || url.password)
    throw new InvalidInputError(
      `url is ${JSON.stringify(text.slice(0, 200))}; give an address that begins with https:// or http://, without a user and a password`,
    );
  if (hosts.length === 0) throw new ForbiddenError(sentence('FETCH_OFF', { host: url.host, setting: SETTING }));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port || defaultPort;
  const isAllowed = hosts.some((allowed) => {
    const [, name = '', allowedPort = defaultPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(allowed) ?? [];
    const isNamed = name.startsWith('*.') ? host.endsWith(name.slice(1).toLowerCase()) : host === name.toLowerCase();
    return isNamed && port === allowedPort;
  });
  if (isAllowed) return url;
  throw new ForbiddenError(sentence('FETCH_HOST', { host: url.host, setting: SETTING }));
}

/**
 * Resolves a name to its public addresses only. The connection uses these very addresses, so a name that changes its
 * address between a check and the request gains nothing. IP addresses in URLs are never looked up: a server may fetch
 * from those that its owner has named.
 */
export const lookupPublic: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    const usable = error ? [] : found.filter(({ address }) => isPublic(address));
    const [first] = usable;
    if (first && options.all) (done as (error: null, addresses: LookupAddress[]) => void)(null, usable);
    else if (first) done(null, first.address, first.family);
    else done(error ?? new PrivateAddressError(name), '', 0);
  });
};

/** All addresses of a name are private ones. */
export class PrivateAddressError extends Error {
  constructor(name: string) {
    super(`${name} has no public address; name its IP address in ${SETTING} if it is a server of yours`);
  }
}

/** Whether an address is one of the public internet: not of this machine, a private network, or a special use. */
export function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast';
}
