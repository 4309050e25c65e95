/**
 * Keeps the page and its files, so that it opens without a network and shows what it has stored.
 * The page itself is asked for first, so that a new version is there at once. Everything else, all
 * calls of the gateway and all pictures, goes its way.
 */

declare const self: ServiceWorkerGlobalScope;

/** A module, so that `self` can be declared as what it is. */
export type Scope = typeof self;

const CACHE = 'photo-gateway-studio';
/** The most files that are kept of former versions too. */
const MAX_FILES = 60;

/** The same file for every coding that a browser accepts, and for every origin. */
const ANY_VARIANT = { ignoreVary: true } as const;

const page = new URL('./', self.location.href);
const assets = new URL('./studio/assets/', page);

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const { href, origin, pathname } = new URL(request.url);
  if (origin !== page.origin) return;
  if (pathname === page.pathname && request.mode === 'navigate') {
    event.respondWith(fromNetworkFirst(request));
  } else if (href.startsWith(assets.href)) {
    event.respondWith(fromCacheFirst(request));
  }
});

async function install() {
  await keepPage(await fetch(page));
  await self.skipWaiting();
}

/** Keeps a version of the page, and the files that it names. */
async function keepPage(response: Response) {
  if (!response.ok || response.redirected) return;
  const cache = await caches.open(CACHE);
  const html = await response.clone().text();
  const files = [...html.matchAll(/"(\.\/studio\/assets\/[^"]+)"/g)].map(
    ([, path = '']) => new URL(path, page).href,
  );
  await Promise.all(
    [...new Set(files)].map(async (file) => {
      if ((await cache.match(file, ANY_VARIANT)) === undefined) await cache.add(file);
    }),
  );
  await cache.put(page, response);
  const kept = await cache.keys();
  const surplus = kept.filter(({ url }) => url.startsWith(assets.href)).slice(0, -MAX_FILES);
  await Promise.all(surplus.map((request) => cache.delete(request)));
}

async function fromNetworkFirst(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    void keepPage(response.clone()).catch(() => undefined);
    return response;
  } catch (error) {
    const kept = await caches.match(page, ANY_VARIANT);
    if (kept) return kept;
    throw error;
  }
}

/** The files have a hash of their content in their names. */
async function fromCacheFirst(request: Request): Promise<Response> {
  const kept = await caches.match(request, ANY_VARIANT);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}
