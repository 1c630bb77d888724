import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

export interface HostGuard {
  /** Why the request must not be answered; null when it may. */
  refuses(request: IncomingMessage): string | null;
  allowsOrigin(origin: string, request: IncomingMessage): boolean;
}

/**
 * Keeps other people's web pages out: a request must name a host we go by (a page that rebinds its own DNS name to this
 * machine does not), and a browser's request must come from our own page or an origin that the settings allow.
 */
export function createHostGuard(settings: {
  host: string;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
}): HostGuard {
  const names = new Set(['localhost', settings.host, ...settings.allowedHosts].map((name) => name.toLowerCase()));
  const origins = new Set(settings.allowedOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));

  const allowsOrigin = (origin: string, request: IncomingMessage): boolean => {
    if (origins.has(origin.toLowerCase())) return true;
    const own = request.headers.host?.toLowerCase();
    return URL.canParse(origin) && own !== undefined && new URL(origin).host === own;
  };

  return {
    allowsOrigin,
    refuses(request) {
      const { host, origin } = request.headers;
      const name = hostName(host);
      // An address cannot be rebound; only names can.
      if (name === null || !(isIP(name) !== 0 || names.has(name))) {
        return `this server does not go by the name ${JSON.stringify(host ?? '')}; add it to WENTU_ALLOWED_HOSTS`;
      }
      if (origin !== undefined && !allowsOrigin(origin, request)) {
        return `pages of ${origin} may not use this server; add it to WENTU_ALLOWED_ORIGINS`;
      }
      return null;
    },
  };
}

function hostName(host: string | undefined): string | null {
  if (host === undefined || !URL.canParse(`http://${host}`)) return null;
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
}
