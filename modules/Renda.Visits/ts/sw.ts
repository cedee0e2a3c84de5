// The service worker: keeps the capture page openable without a signal, and sends the queue when the browser wakes it.
// Nothing depends on it; without it the page itself does all of this while it is open.
import { FetchStack } from "./lib/fetch-stack";
import { fetchSession, sendDue } from "./lib/sender";
import { Store } from "./lib/store";

interface WorkerEvent extends Event { waitUntil(work: Promise<unknown>): void }
interface WorkerFetchEvent extends WorkerEvent { readonly request: Request; respondWith(response: Promise<Response>): void }
interface SyncEvent extends WorkerEvent { readonly tag: string }
interface WindowClient { readonly visibilityState: string; postMessage(message: unknown): void }
interface WorkerScope {
  readonly location: Location;
  readonly clients: { matchAll(options: { type: "window" }): Promise<WindowClient[]>; claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: WorkerEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: WorkerFetchEvent) => void): void;
  addEventListener(type: "sync", listener: (event: SyncEvent) => void): void;
}
const worker = self as unknown as WorkerScope;

const cacheName = "renda-shell-1";
const shell = ["/visits/capture", "/visits/queue"];
/** How long a page may take to come before the kept one is shown, in milliseconds. */
const patience = 3_000;
/** `name.<fingerprint>.ext`, as the server's static assets are named. */
const fingerprinted = /\.[a-z0-9]{10}\.(?:js|css|svg|png|woff2)$/;

worker.addEventListener("install", event => event.waitUntil((async () => {
  const cache = await caches.open(cacheName);
  // A page that asks to sign in is not the shell.
  await Promise.all(shell.map(async path => {
    const response = await fetch(path, { credentials: "same-origin" }).catch(() => null);
    if (!response || !keepable(response)) return;
    await cache.put(path, response.clone());
    // What the page is made of, so that it also looks right where there has never been a signal.
    const parts = new Set([...(await response.text()).matchAll(/"\/?(_content\/[^"]+\.(?:js|css|svg))"/g)].map(m => `/${m[1]}`));
    await Promise.all([...parts].map(part => cache.add(part).catch(() => undefined)));
  }));
  await worker.skipWaiting();
})()));

worker.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("renda-shell-") && name !== cacheName) await caches.delete(name);
  await worker.clients.claim();
})()));

worker.addEventListener("fetch", event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin || url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") {
    if (shell.includes(url.pathname)) event.respondWith(page(request, url.pathname, event));
    else if (!url.pathname.startsWith("/visits/export/")) event.respondWith(away(request, event));
  } else if (url.pathname.startsWith("/_content/") || url.pathname.endsWith(".webmanifest") || fingerprinted.test(url.pathname)) {
    event.respondWith(fingerprinted.test(url.pathname) ? assetFromCache(request) : assetFromNetwork(request));
  }
});

worker.addEventListener("sync", event => {
  if (event.tag === "renda-queue") event.waitUntil(wake());
});

/** The browser says that there is a network. Pages that are looked at send by themselves and show how far they are. */
async function wake(): Promise<void> {
  const pages = await worker.clients.matchAll({ type: "window" });
  for (const page of pages) page.postMessage("renda-queue");
  if (pages.some(p => p.visibilityState === "visible")) return;
  // A failed sync is one the browser tries again by itself.
  if (await sendQueue({ ifAvailable: true }) !== null) throw new Error("Something still waits");
}

/** Sends what is due; the milliseconds until something is due again, null when nothing waits or somebody else sends. */
async function sendQueue(turn: LockOptions): Promise<number | null> {
  const session = await fetchSession("");
  // A server that names nobody cannot tell whose queue may be sent.
  if (!session?.account) return null;
  const store = await Store.open();
  const channel = new BroadcastChannel("renda-visits");
  const next = await navigator.locks.request("renda-visits-send", turn, lock =>
    lock ? sendDue({ store, session, changed: change => channel.postMessage(change), httpStack: new FetchStack() }, true) : null);
  channel.close();
  return next;
}

/** Not every browser wakes its worker for a network that is back; opening any page does. */
async function sendWaiting(): Promise<void> {
  // The page that is being left may still be sending: its lock is waited for.
  if (await (await Store.open()).waits()) await sendQueue({});
}

/** A page that is not kept. Without a network the queue stands in for it: it tells what is safe, and what can be done. */
async function away(request: Request, event: WorkerFetchEvent): Promise<Response> {
  try {
    const response = await fetch(request);
    event.waitUntil(sendWaiting().catch(() => undefined));
    return response;
  } catch (error) {
    const kept = await (await caches.open(cacheName)).match("/visits/queue");
    if (!kept) throw error;
    const text = await kept.text();
    const why = text.includes('<html lang="en"') ? "No signal: this page cannot be opened now. Reporting still works." : "没有信号，这一页现在打不开；随手拍照常能用。";
    return new Response(text.replace("<visit-queue", `<p class="note soon" role="status">${why}</p><visit-queue`), { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", ...policyOf(kept) } });
  }
}

function policyOf(response: Response): Record<string, string> {
  const policy = response.headers.get("Content-Security-Policy");
  return policy ? { "Content-Security-Policy": policy } : {};
}

async function page(request: Request, path: string, event: WorkerEvent): Promise<Response> {
  const cache = await caches.open(cacheName);
  const fresh = fetch(request).then(async response => {
    if (keepable(response)) await cache.put(path, response.clone());
    return response;
  });
  event.waitUntil(fresh.catch(() => undefined));
  const kept = await cache.match(path);
  if (!kept) return fresh;
  const late = new Promise<Response>(resolve => setTimeout(() => resolve(kept), patience));
  return Promise.race([fresh.catch(() => kept), late]);
}

async function assetFromCache(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const response = await fetch(request);
  if (keepable(response)) await cache.put(request, response.clone());
  return response;
}

async function assetFromNetwork(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    if (keepable(response)) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

function keepable(response: Response): boolean {
  return response.ok && response.type === "basic" && !response.redirected;
}
