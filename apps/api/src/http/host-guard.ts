import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

export interface HostGuard {
  /** The reason why the request is refused; null when it is allowed. */
  refuses(request: IncomingMessage): string | null;
  allowsOrigin(origin: string, request: IncomingMessage): boolean;
  /** Which pages may show the pictures: the value of Cross-Origin-Resource-Policy. */
  readonly resourcePolicy: 'cross-origin' | 'same-site';
}

/**
 * Protects the server from the web pages of others. A request must name a host name of this server, which excludes a
 * page that rebinds its own DNS name to this machine. A request of a browser must come from the server's own page or
 * from an origin that the settings allow.
 */
export function createHostGuard(settings: {
  host: string;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
  access: { readonly trustedProxies: readonly string[] };
}): HostGuard {
  const names = new Set(['localhost', settings.host, ...settings.allowedHosts].map((name) => name.toLowerCase()));
  const origins = new Set(settings.allowedOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));

  // Where there is no proxy, the page comes from this server without TLS. A proxy with TLS may not say that it has it.
  const hasProxy = settings.allowedHosts.length > 0 || settings.access.trustedProxies.length > 0;
  const allowsScheme = (scheme: string, request: IncomingMessage): boolean => {
    if (isOverTls(request)) return scheme === 'https:';
    return scheme === 'http:' || (hasProxy && scheme === 'https:');
  };

  const allowsOrigin = (origin: string, request: IncomingMessage): boolean => {
    if (origins.has(origin.toLowerCase())) return true;
    const own = request.headers.host?.toLowerCase();
    if (!URL.canParse(origin) || own === undefined) return false;
    const { host, protocol } = new URL(origin);
    return host === own && allowsScheme(protocol, request);
  };

  return {
    allowsOrigin,
    resourcePolicy: origins.size > 0 ? 'cross-origin' : 'same-site',
    refuses(request) {
      const { host, origin } = request.headers;
      // A proxy in front may read the other one.
      if (countHosts(request) > 1) return 'the request has several Host headers; send one';
      const name = hostName(host);
      // DNS rebinding needs a name, so IP addresses are allowed.
      if (name === null || !(isIP(name) !== 0 || names.has(name))) {
        return `${JSON.stringify(host ?? '')} is not an allowed host name of this server; add it to WENTU_ALLOWED_HOSTS`;
      }
      if (origin !== undefined && !allowsOrigin(origin, request)) {
        return `pages of ${origin} may not use this server; add it to WENTU_ALLOWED_ORIGINS`;
      }
      // An <img> of a foreign page has no Origin. It would make the server draw pictures, and the page could learn which
      // ones there are.
      const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, referer } = request.headers;
      if (origin === undefined && site === 'cross-site' && mode !== 'navigate') {
        const page = referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : 'unknown origins';
        if (!origins.has(page)) return `pages of ${page} may not use this server; add it to WENTU_ALLOWED_ORIGINS`;
      }
      return null;
    },
  };
}

/** Whether the client of the first proxy used TLS. A wrong value makes the check of origins stricter, never weaker. */
function isOverTls({ headers }: IncomingMessage): boolean {
  const [first] = String(headers['x-forwarded-proto'] ?? '').split(',');
  return first?.trim().toLowerCase() === 'https';
}

function countHosts({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') count++;
  return count;
}

function hostName(host: string | undefined): string | null {
  if (host === undefined || !URL.canParse(`http://${host}`)) return null;
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
}
