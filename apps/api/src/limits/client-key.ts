import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { isThisMachine } from './connection-limits';

/** Who a request counts for in the limits of clients. Null: it is not limited. */
export type ClientKey = (request: IncomingMessage) => string | null;

/** The limit of addresses that are read from X-Forwarded-For. */
const MAX_FORWARDED = 20;

/**
 * The address of the client. X-Forwarded-For counts only in requests of a trusted proxy. IPv6 addresses of one /64
 * network are one client, because a client can choose among them.
 * @param trustedProxies addresses or networks, such as 10.0.0.0/8
 */
export function createClientKey(trustedProxies: readonly string[]): ClientKey {
  const trusted = new BlockList();
  for (const proxy of trustedProxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  const isTrusted = (address: string): boolean => trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  return (request) => {
    const forwarded = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .slice(-MAX_FORWARDED);
    // The last entry is the one that the nearest proxy wrote.
    const hops = [plain(request.socket.remoteAddress ?? ''), ...forwarded.reverse().map((hop) => hop.trim())];
    let address = hops[0] as string;
    for (let i = 1; i < hops.length && isTrusted(address); i++) {
      const next = plain(hops[i] as string);
      if (isIP(next) === 0) break;
      address = next;
    }
    // A program on this machine, or a proxy on it that is not named as one.
    if (isIP(address) === 0 || isThisMachine(address)) return null;
    return isIPv6(address) ? networkOf(address) : address;
  };
}

/** Without a zone, and an IPv4 address without its IPv6 notation. */
function plain(address: string): string {
  const [zoneless = ''] = address.split('%');
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(zoneless)?.[1] ?? zoneless;
}

/** The first 64 bits of an IPv6 address. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}
