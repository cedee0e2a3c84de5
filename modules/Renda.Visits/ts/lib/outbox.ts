// The page's end of the queue: one per page, shared by its elements.
import { fetchSession, sendDue, type Change, type Session } from "./sender";
import { Store, whyNoStore, type Item } from "./store";

const lockName = "renda-visits-send";
const leaseKey = "renda-visits-lease";

declare global {
  interface ServiceWorkerRegistration { readonly sync?: { register(tag: string): Promise<void> } }
}

/** Keeps the phone's findings moving while a page is open. Fires "change" with the item's id in `detail`. */
export class Outbox extends EventTarget {
  private static shared: Promise<Outbox> | undefined;
  private readonly channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("renda-visits") : null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private again = false;
  /** Progress of what is being sent now, by item, 0 to 1. */
  readonly progress = new Map<string, number>();

  private constructor(readonly store: Store, private readonly session: Session) {
    super();
    this.channel?.addEventListener("message", event => this.heard(event.data as Change));
    addEventListener("online", () => void this.send(true));
    addEventListener("pageshow", () => void this.send(true));
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") void this.send(true); });
    navigator.serviceWorker?.addEventListener("message", event => { if (event.data === "renda-queue") void this.send(true); });
    void this.send(true);
  }

  /** The page's outbox; rejects where the browser keeps nothing. */
  static open(account: string, token: string): Promise<Outbox> {
    Outbox.shared ??= (async () => {
      const why = whyNoStore();
      if (why) throw new Error(why);
      const outbox = new Outbox(await Store.open(), { account, token });
      await outbox.sweep();
      return outbox;
    })();
    return Outbox.shared;
  }

  get account(): string {
    return this.session.account;
  }

  /** What waits, is being sent, needs the person, or went out in the last week; newest first. */
  async items(): Promise<Item[]> {
    return (await this.store.all(this.account)).filter(i => i.state !== "draft").reverse();
  }

  /** The draft being written, if any. */
  async draft(): Promise<Item | undefined> {
    return (await this.store.all(this.account)).filter(i => i.state === "draft").at(-1);
  }

  /** Puts a finished finding in the queue and starts sending. */
  async post(item: Item): Promise<void> {
    Object.assign(item, { state: "waiting", attempts: 0, notBefore: 0, problem: null, changedAt: Date.now() });
    await this.store.save(item);
    this.tell({ id: item.id, state: "waiting", sent: 0 });
    // Asks the browser not to clear our store when the phone runs short of space.
    void navigator.storage?.persist?.();
    void this.askForBackgroundSync();
    void this.send(true);
  }

  async remove(item: Item): Promise<void> {
    await this.store.remove(item);
    this.tell({ id: item.id, state: "draft", sent: 0 });
  }

  /** Sends what is due, unless another tab does. `nudged` cuts waits short. */
  async send(nudged: boolean): Promise<void> {
    if (this.running) {
      this.again ||= nudged;
      return;
    }
    this.running = true;
    clearTimeout(this.timer);
    let next: number | null = 15_000;
    try {
      next = await this.alone(() => sendDue({ store: this.store, session: this.session, changed: c => this.tell(c) }, nudged));
    } catch {
      // Storage hiccups and lost networks both end here; the timer below tries again.
    } finally {
      this.running = false;
    }
    if (this.again) {
      this.again = false;
      void this.send(true);
    } else if (next !== null) {
      this.timer = setTimeout(() => void this.send(false), Math.max(1_000, next));
      void this.askForBackgroundSync();
    }
  }

  /** Whether somebody is signed in as the owner of this queue; false when that cannot be found out. */
  async refreshSession(): Promise<boolean> {
    const session = await fetchSession(this.account).catch(() => null);
    if (session?.account !== this.account) return false;
    this.session.token = session.token;
    return true;
  }

  private async alone(run: () => Promise<number | null>): Promise<number | null> {
    if (navigator.locks) return navigator.locks.request(lockName, { ifAvailable: true }, lock => lock ? run() : 5_000);
    // Without Web Locks a lease in localStorage keeps tabs apart; two leases at the same instant cost a repeated request, which the server answers alike.
    const now = Date.now();
    if (Number(localStorage.getItem(leaseKey) ?? 0) > now) return 5_000;
    const renew = (): void => localStorage.setItem(leaseKey, String(Date.now() + 15_000));
    renew();
    const beat = setInterval(renew, 5_000);
    try {
      return await run();
    } finally {
      clearInterval(beat);
      localStorage.removeItem(leaseKey);
    }
  }

  private tell(change: Change): void {
    this.channel?.postMessage(change);
    this.heard(change);
  }

  private heard(change: Change): void {
    this.progress.set(change.id, change.sent);
    this.dispatchEvent(new CustomEvent<Change>("change", { detail: change }));
  }

  private async askForBackgroundSync(): Promise<void> {
    try {
      await (await navigator.serviceWorker?.getRegistration())?.sync?.register("renda-queue");
    } catch {
      // Refused or unknown: the page's own timers do.
    }
  }

  /** Sent findings stay a week for the list. */
  private async sweep(): Promise<void> {
    const old = Date.now() - 7 * 86_400_000;
    for (const item of await this.store.all(this.account)) if (item.state === "sent" && item.changedAt < old) await this.store.remove(item);
  }
}
