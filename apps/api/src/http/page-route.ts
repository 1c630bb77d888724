import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import compression from 'compression';
import express, { type Express, type Request, type RequestHandler } from 'express';
import type { PageSession } from './session-route';

const NONCE = '%NONCE%';
const SESSION = '%SESSION%';
const DESCRIPTION = '%DESCRIPTION%';
/** What search engines and shared links show, in the language that the browser asks for. */
const DESCRIPTIONS = {
  zh: '文图：用中文一句话找图片。图片留在自己的电脑和服务器上。',
  en: 'Wentu finds pictures by a sentence, in Chinese or English. They stay on your own computer or server.',
} as const;

/**
 * Serves the page and its files.
 * @param webRoot folder of the built page
 * @param sessionFor what the page has to know of its user, which is a part of it
 */
export async function servePage(
  web: Express,
  webRoot: string,
  sessionFor: (request: Request) => PageSession,
): Promise<void> {
  const page = await readFile(join(webRoot, 'index.html'), 'utf8').catch(
    () => 'The page is not built: npx nx build web',
  );
  // A stream of zlib with its own defaults has 268 KB, for every client that reads slowly.
  web.use(compression({ windowBits: 13, memLevel: 5 }));
  web.get(['/', '/index.html'], (request, response) => {
    // Scripts come from files only. The styles that they add to the page need a nonce, which nobody can guess.
    const nonce = randomBytes(16).toString('base64');
    response.set({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        `default-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; ` +
        "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
      'Cache-Control': 'no-store',
    });
    const session = escapeHtml(JSON.stringify(sessionFor(request)));
    const language = request.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh';
    const description = escapeHtml(DESCRIPTIONS[language]);
    response.vary('Accept-Language');
    response.send(
      page
        .replaceAll(NONCE, nonce)
        .replace(DESCRIPTION, () => description)
        .replace(SESSION, () => session),
    );
  });
  web.use('/assets', await compressedFiles(join(webRoot, 'assets')));
  web.use(
    express.static(webRoot, {
      index: false,
      setHeaders(response, path) {
        response.set({
          'X-Content-Type-Options': 'nosniff',
          // Vite puts a hash into the names under assets/.
          'Cache-Control': path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        });
      },
    }),
  );
}

/** Chooses the file that the build has compressed, in a form that the browser reads. */
async function compressedFiles(folder: string): Promise<RequestHandler> {
  const names = new Set(await readdir(folder).catch(() => []));
  return (request, response, next) => {
    const name = request.path.slice(1);
    const form = request.acceptsEncodings('br', 'gzip');
    const ending = form === 'br' ? '.br' : '.gz';
    if (names.has(`${name}.br`)) response.vary('Accept-Encoding');
    if (form !== false && names.has(name + ending)) {
      response.set('Content-Encoding', form).type(extname(name));
      request.url = `/${name}${ending}`;
    }
    next();
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
