/** The URL without user, password and query, which may be secrets. */
export function showUrl(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
