import { UnavailableError } from '@wentu/domain';
import { showUrl } from './show-url';

/** The target of a redirect. @throws UnavailableError when it is not a web address, or leads from https to http */
export function followRedirect(from: URL, location: string): URL {
  const next = URL.canParse(location, from.href) ? new URL(location, from) : null;
  const safe = next?.protocol === 'https:' || (next?.protocol === 'http:' && from.protocol === 'http:');
  if (next && safe) return next;
  throw new UnavailableError(
    `${showUrl(from)} redirects to ${next ? showUrl(next) : JSON.stringify(location.slice(0, 200))}, which is not as safe; ` +
      `try another mirror with --mirror`,
  );
}
