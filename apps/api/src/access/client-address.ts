import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** The limit of addresses that are read from X-Forwarded-For. */
const MAX_FORWARDED = 20;

/**
 * The address of the client of a request. X-Forwarded-For counts only in requests of a trusted proxy.
 * @param trustedProxies addresses or networks, such as 10.0.0.0/8
 */
export function createAddressOf(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
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
    let address = plain(request.socket.remoteAddress ?? '');
    // The last entry is the one that the nearest proxy wrote.
    for (const hop of forwarded.reverse()) {
      const next = plain(hop.trim());
      if (!isTrusted(address) || isIP(next) === 0) break;
      address = next;
    }
    return address;
  };
}

/**
 * The address itself, or the first four groups of an IPv6 address: one client may own such a network, and choose among
 * its addresses.
 */
export function networkOf(address: string): string {
  const own = plain(address);
  if (!isIPv6(own)) return own;
  const [head = '', tail] = own.split('::');
  const first = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...first, ...Array<string>(Math.max(0, 8 - first.length - rest.length)).fill('0'), ...rest];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** Without a zone, and an IPv4 address without its IPv6 notation. */
function plain(address: string): string {
  const [zoneless = ''] = address.split('%');
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(zoneless)?.[1] ?? zoneless;
}
