// Sends what waits on the phone: each picture by tus, then the finding itself.
import { Upload, type DetailedError, type HttpStack } from "tus-js-client";
import { after, isDue, nextDue, outcomeOf, type Outcome } from "./queue";
import { partSize, type Item, type Media, type Store } from "./store";
import { t } from "../../../../src/Renda.Platform.Web/ts/lib/page";

/** Who is signed in, and the token that proves a request comes from our own page. */
export interface Session { account: string; token: string }

export interface Change { id: string; state: Item["state"]; /** 0 to 1 */ sent: number }

/** What one run needs of its surroundings: a page or the service worker. */
export interface Surroundings {
  store: Store;
  session: Session;
  changed: (change: Change) => void;
  /** Only where XMLHttpRequest is missing. */
  httpStack?: HttpStack;
}

/** The signed-in account and a fresh token, null when nobody is signed in; throws when there is no network. */
export async function fetchSession(account: string): Promise<Session | null> {
  const response = await fetch("/api/v1/antiforgery", { headers: { Accept: "application/json" }, cache: "no-store", credentials: "same-origin" });
  if (!response.ok) return null;
  const body = await response.json() as { token: string; account?: string | null };
  // A server that names no account leaves it to the page's word.
  return { token: body.token, account: body.account ?? account };
}

/** Sends all that is due, oldest first. Returns the milliseconds until something is due again, null when nothing waits. */
export async function sendDue(around: Surroundings, nudged: boolean): Promise<number | null> {
  const { store, session } = around;
  for (const { id } of await store.all(session.account)) {
    const item = await store.get(id);
    if (!item || !isDue(item, Date.now(), nudged)) continue;
    if (typeof navigator !== "undefined" && navigator.onLine === false) break;
    item.state = "sending";
    await store.save(item);
    around.changed({ id, state: "sending", sent: fraction(item) });
    const outcome = await attempt(around, item);
    const progress = after(item, outcome, Date.now(), Math.random());
    Object.assign(item, progress);
    item.changedAt = Date.now();
    await store.save(item);
    if (progress.state === "sent") for (const media of item.media) await store.dropOriginal(media.id);
    around.changed({ id, state: progress.state, sent: fraction(item) });
    // Nothing else will get through either: keep the order and the battery.
    if (outcome.kind === "later" || outcome.kind === "sign-in") break;
  }
  return nextDue(await store.all(session.account), Date.now());
}

/** How much of an item has arrived, 0 to 1. The finding's own text counts as a small last part. */
export function fraction(item: Item): number {
  if (item.state === "sent") return 1;
  const total = item.media.reduce((sum, m) => sum + m.size, 0);
  return total === 0 ? 0 : item.media.reduce((sum, m) => sum + m.sentBytes, 0) / total * 0.98;
}

async function attempt(around: Surroundings, item: Item): Promise<Outcome> {
  try {
    for (const media of item.media) {
      if (media.sha256) continue;
      const outcome = await withFreshToken(around, item.account, () => upload(around, item, media));
      if (outcome.kind !== "sent") return outcome.kind === "refused" ? { ...outcome, problem: `${media.fileName}: ${outcome.problem}` } : outcome;
      await around.store.save(item);
    }
    return await withFreshToken(around, item.account, () => put(around, item));
  } catch {
    // The network went away, or the page is being closed.
    return { kind: "later" };
  }
}

type Attempt = Outcome | { kind: "stale-token" };

/** A page kept for offline use carries an old token; a fresh one is asked for once. */
async function withFreshToken(around: Surroundings, account: string, run: () => Promise<Attempt>): Promise<Outcome> {
  const first = await run();
  if (first.kind !== "stale-token") return first;
  const session = await fetchSession(account);
  if (!session || session.account !== account) return { kind: "sign-in" };
  around.session.token = session.token;
  const second = await run();
  return second.kind === "stale-token" ? { kind: "sign-in" } : second;
}

function upload(around: Surroundings, item: Item, media: Media): Promise<Attempt> {
  return new Promise(resolve => {
    const report = (sent: number): void => {
      media.sentBytes = sent;
      around.changed({ id: item.id, state: "sending", sent: fraction(item) });
    };
    const transfer: Upload = new Upload(new Blob(), {
      endpoint: "/api/v1/uploads",
      ...(media.uploadUrl ? { uploadUrl: media.uploadUrl } : {}),
      metadata: { filename: media.fileName, filetype: media.type, capturedAt: media.capturedAt },
      headers: { "X-CSRF-TOKEN": around.session.token },
      chunkSize: partSize,
      uploadSize: media.size,
      uploadDataDuringCreation: true,
      // Waiting between attempts is the queue's business, so that all items share one back-off.
      retryDelays: null,
      storeFingerprintForResuming: false,
      ...(around.httpStack ? { httpStack: around.httpStack } : {}),
      fileReader: {
        openFile: async () => ({
          size: media.size,
          slice: async (start: number, end: number) => ({ value: new Blob([await around.store.read(media, start, end) as Uint8Array<ArrayBuffer>]), done: end >= media.size }),
          close: () => undefined,
        }),
      },
      onUploadUrlAvailable: () => {
        if (transfer.url) media.uploadUrl = transfer.url;
        void around.store.save(item);
      },
      onProgress: report,
      onAfterResponse: (_, response) => {
        const sha256 = response.getHeader("Renda-Sha256");
        if (sha256) media.sha256 = sha256.toLowerCase();
      },
      onSuccess: () => {
        report(media.size);
        if (media.sha256) return resolve({ kind: "sent" });
        delete media.uploadUrl;
        resolve({ kind: "later" });
      },
      onError: error => {
        const response = "originalResponse" in error ? (error as DetailedError).originalResponse : null;
        if (!response || response.getStatus() === 0) return resolve({ kind: "later" });
        // A conflict of offsets is healed by asking the server again where it stands; a locked upload by waiting.
        if ([409, 423, 460].includes(response.getStatus())) return resolve({ kind: "later" });
        resolve(verdict(response.getStatus(), response.getBody(), response.getHeader("Retry-After") ?? null));
      },
    });
    transfer.start();
  });
}

async function put(around: Surroundings, item: Item): Promise<Attempt> {
  const f = item.finding;
  const response = await fetch(`/api/v1/visits/findings/${item.id}`, {
    method: "PUT",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-TOKEN": around.session.token },
    body: JSON.stringify({
      campaignId: f.campaignId,
      campaignVersion: f.campaignVersion,
      category: f.category,
      description: f.description,
      suggestion: f.suggestion || null,
      severity: f.severity || null,
      placeText: f.placeText || null,
      regionCode: f.regionCode,
      latitude: f.latitude,
      longitude: f.longitude,
      accuracy: f.accuracy,
      capturedAt: f.capturedAt,
      media: item.media.map(m => ({ sha256: m.sha256, kind: m.kind, capturedAt: m.capturedAt, fileName: m.fileName })),
      ...(f.visitId ? { visitId: f.visitId } : {}),
      ...(f.answers && Object.keys(f.answers).length ? { answers: f.answers } : {}),
    }),
  });
  const body = await response.text();
  const code = problemOf(body).code;
  if (code?.endsWith("media-unknown")) {
    // The server swept the uploads away while the phone was offline: the originals are still here.
    for (const media of item.media) {
      delete media.sha256;
      delete media.uploadUrl;
      media.sentBytes = 0;
    }
    return { kind: "later" };
  }
  if (response.status === 409) item.conflict = true;
  return verdict(response.status, body, response.headers.get("Retry-After"));
}

function verdict(status: number, body: string, retryAfter: string | null): Attempt {
  const problem = problemOf(body);
  if (status === 400 && problem.code?.endsWith("antiforgery")) return { kind: "stale-token" };
  const seconds = retryAfter === null ? NaN : Number(retryAfter);
  return outcomeOf(status, problem.text || t(`没有被接受（${status}）`, `Not accepted (${status})`), Number.isFinite(seconds) ? seconds : undefined);
}

function problemOf(body: string): { code?: string; text: string } {
  try {
    const p = JSON.parse(body) as { code?: string; title?: string; detail?: string; errors?: Record<string, { text: string }[]> };
    const fields = Object.values(p.errors ?? {}).flat().map(e => e.text).join(t("；", "; "));
    return { ...(p.code ? { code: p.code } : {}), text: fields || p.detail || p.title || "" };
  } catch {
    return { text: "" };
  }
}
