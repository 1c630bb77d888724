/* global File, Response, addEventListener, caches, clients, skipWaiting */
// The installed page is a target of the share sheet. The system sends what the user shares as a form, and this worker
// answers it on the device: the server never gets that form, so no other site can send one to it in the user's name. The
// worker answers nothing else and caches no files of the page, so nothing of the page can be outdated.
const PATH = '/share';
const CACHE = 'shared-pictures';
const MOST_FILES = 200;
const MOST_BYTES = 512 * 1024 * 1024;

addEventListener('install', (event) => {
  // Where the browser knows routes, it starts the worker for this path only.
  event
    .addRoutes?.({ condition: { not: { urlPattern: { pathname: PATH } } }, source: 'network' })
    .catch(() => undefined);
  event.waitUntil(skipWaiting());
});

addEventListener('activate', (event) => {
  event.waitUntil(clients.claim());
});

addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method === 'POST' && new URL(url).pathname === PATH) event.respondWith(keep(event.request));
});

/** Keeps the pictures until the page takes them, in place of those of the last time. */
async function keep(request) {
  const files = (await request.formData()).getAll('pictures').filter((file) => file instanceof File && file.size > 0);
  await caches.delete(CACHE);
  const cache = await caches.open(CACHE);
  let bytes = 0;
  for (const [index, file] of files.slice(0, MOST_FILES).entries()) {
    bytes += file.size;
    if (bytes > MOST_BYTES) break;
    const headers = { 'content-type': file.type, 'x-name': encodeURIComponent(file.name) };
    await cache.put(`/shared/${index}`, new Response(file, { headers }));
  }
  return Response.redirect('/?shared=1', 303);
}
