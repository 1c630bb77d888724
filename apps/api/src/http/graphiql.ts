import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { EXAMPLE_OPERATIONS } from './example-operations';

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
  const text = renderGraphiQL({
    title: '文图 Wentu · GraphiQL',
    endpoint: '/graphql',
    subscriptionsProtocol: 'WS',
    favicon: '/favicon.svg',
    defaultTabs: EXAMPLE_OPERATIONS.map((query) => ({ query })),
  });
  const html = Buffer.from(text);
  const compressed = await promisify(gzip)(html);
  return { html, compressed, etag: `"${createHash('sha256').update(compressed).digest('hex').slice(0, 32)}"` };
}
