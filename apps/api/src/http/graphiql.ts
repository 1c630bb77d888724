import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { CSRF_HEADER } from './callers';
import { EXAMPLE_OPERATIONS } from './example-operations';

/** Adds the CSRF token of a sign-in to requests. Without a sign-in there is none. */
const WITH_CSRF = `<script>{
  const send = window.fetch;
  const session = send('/session').then((answer) => answer.json()).catch(() => ({}));
  window.fetch = async (to, options = {}) => {
    const { csrf } = await session;
    if (!csrf || options.method !== 'POST') return send(to, options);
    const headers = new Headers(options.headers);
    headers.set('${CSRF_HEADER}', csrf);
    return send(to, { ...options, headers });
  };
}</script>`;

/**
 * Serves GraphiQL as one page of 9 MB that sends no requests to other hosts. It is rendered and compressed at the first
 * request.
 */
export function createGraphiqlRoute() {
  let page: Promise<Page> | undefined;

  return async (request: Request, response: Response): Promise<void> => {
    page ??= render();
    const { html, compressed, etag } = await page;
    response.set({
      ETag: etag,
      'Cache-Control': 'no-cache',
      'Content-Type': 'text/html; charset=utf-8',
      Vary: 'Accept, Accept-Encoding',
      // GraphiQL needs inline scripts and styles. Connections to other hosts stay forbidden.
      'Content-Security-Policy':
        "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; " +
        "connect-src 'self' ws: wss:; frame-ancestors 'none'",
    });
    if (request.headers['if-none-match'] === etag) response.status(304).end();
    else if (request.acceptsEncodings('gzip')) response.set('Content-Encoding', 'gzip').end(compressed);
    else response.end(html);
  };
}

/** Buffers, not texts: all answers send the same bytes, so many slow clients need no memory. */
interface Page {
  readonly html: Buffer;
  readonly compressed: Buffer;
  readonly etag: string;
}

async function render(): Promise<Page> {
  // The module has nine megabytes, so it is loaded only when somebody opens GraphiQL.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({
    title: '文图 Wentu · GraphiQL',
    endpoint: '/graphql',
    subscriptionsProtocol: 'WS',
    favicon: '/favicon.svg',
    defaultTabs: EXAMPLE_OPERATIONS.map((query) => ({ query })),
  });
  const text = page.replace('<head>', () => `<head>${WITH_CSRF}`);
  if (text === page) throw new Error('GraphiQL has no <head>');
  const html = Buffer.from(text);
  const compressed = await promisify(gzip)(html);
  return { html, compressed, etag: `"${createHash('sha256').update(compressed).digest('hex').slice(0, 32)}"` };
}
