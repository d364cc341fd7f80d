// Opens without a network: the page and what it has loaded are kept; data never is, it would be of another day or person.
const kept = 'anlin-residents-1';
const shell = '/m/';

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(kept)
      .then((cache) =>
        cache.addAll([shell, '/m/offline.html', '/m/icon.svg']).then(async () => {
          // What the page needs to show itself was loaded before anybody kept it.
          const page = await (await cache.match(shell)).text();
          await cache.addAll(assetsOf(page));
        }),
      )
      .then(() => self.skipWaiting()),
  );
});

/** Scripts and styles a page names. */
const assetsOf = (page) => [...new Set(page.match(/\/m\/assets\/[\w.-]+/g) ?? [])];

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== kept).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || !url.pathname.startsWith('/m/')) return;
  if (request.mode === 'navigate') event.respondWith(openPage(request));
  else if (url.pathname.startsWith('/m/assets/')) event.respondWith(keptFirst(request));
});

/** The newest page where there is a network, else the one that was kept. */
async function openPage(request) {
  const cache = await caches.open(kept);
  try {
    const answer = await fetch(request);
    if (answer.ok) await keepPage(cache, answer.clone());
    return answer;
  } catch {
    return (await cache.match(shell)) ?? (await cache.match('/m/offline.html')) ?? Response.error();
  }
}

/** Names of assets carry their content: what was kept is right. */
async function keptFirst(request) {
  const cache = await caches.open(kept);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

/** Keeps the newest page; of another release, what the one before loaded goes. */
async function keepPage(cache, answer) {
  const page = await answer.clone().text();
  const before = await (await cache.match(shell))?.text();
  await cache.put(shell, answer);
  if (before === page) return;
  const wanted = new Set(assetsOf(page));
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/m/assets/') && !wanted.has(pathname)) await cache.delete(request);
  }
}
