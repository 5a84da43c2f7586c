/**
 * Keeps the page itself, so that it opens while the runtime is away; never what the runtime says. The build puts the
 * list of files and its hash in front of this (scripts/build-dashboard.mjs).
 */
declare const FILES: readonly string[];
declare const VERSION: string;

interface Extendable extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const CACHE = `tokonoma-${VERSION}`;

self.addEventListener('install', (event) => {
  (event as Extendable).waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...FILES])));
});

self.addEventListener('activate', (event) => {
  (event as Extendable).waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event as Fetching;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || !FILES.includes(pathname)) return;
  // The runtime's own files win wherever it answers: an update needs no second reload.
  (event as Fetching).respondWith(fetch(request).catch(async () => (await caches.match(pathname)) ?? Response.error()));
});
