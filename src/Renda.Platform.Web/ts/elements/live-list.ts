import { t } from "../lib/page";

/** One connection per set of topics, shared by the lists of a page. */
class Feed extends EventTarget {
  private static readonly open = new Map<string, Feed>();
  private source: EventSource | undefined;
  private users = 0;
  private broken = false;
  on = false;
  /** A connection that stood or was tried is gone; a page that has just opened has lost nothing. */
  lost = false;

  private constructor(private readonly topics: string, private readonly address: string) { super(); }

  static join(topics: string, address: string): Feed {
    const key = `${address} ${topics}`;
    let feed = Feed.open.get(key);
    if (!feed) Feed.open.set(key, feed = new Feed(topics, address));
    if (feed.users++ === 0) feed.connect();
    return feed;
  }

  leave(): void {
    if (--this.users > 0) return;
    this.source?.close();
    Feed.open.delete(`${this.address} ${this.topics}`);
  }

  private connect(): void {
    const source = new EventSource(`${this.address}?topics=${encodeURIComponent(this.topics)}`);
    this.source = source;
    const changed = (): boolean => this.dispatchEvent(new Event("change"));
    for (const name of new Set(["message", "change", ...this.topics.split(",").map(x => x.trim())])) source.addEventListener(name, changed);
    source.addEventListener("open", () => {
      this.state(true);
      // What happened while a lost connection was being rebuilt by hand is not replayed: look once.
      if (this.broken) changed();
      this.broken = false;
    });
    source.addEventListener("error", () => {
      this.state(false);
      // The browser reconnects by itself, except after an answer that is not a stream.
      if (source.readyState !== EventSource.CLOSED) return;
      this.broken = true;
      setTimeout(() => { if (this.users > 0 && this.source === source) this.connect(); }, 10_000);
    });
  }

  private state(on: boolean): void {
    this.on = on;
    this.lost = !on;
    this.dispatchEvent(new Event("state"));
  }
}

/**
 * `<live-list id topics [feed]>`: fetches its own inside again when something changes, keeping focus, ticks, unfolded parts and scroll, and marks what is new.
 * `[data-live="id"]` anywhere on the page shows whether the connection stands. Rows are told apart by `data-key` or their first link.
 */
export class LiveList extends HTMLElement {
  static readonly observedAttributes = ["topics"];
  private feed: Feed | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private turns = 0;
  private shown = 0;
  // The first change is shown at once; of those that follow closely, several together.
  private readonly onChange = (): void => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.asked = Date.now();
      void this.refresh();
    }, Date.now() - this.asked > 1_000 ? 0 : 120);
  };
  private readonly onState = (): void => this.showState();

  connectedCallback(): void { this.join(); }

  disconnectedCallback(): void { this.leave(); }

  attributeChangedCallback(): void {
    if (!this.isConnected || !this.feed) return;
    this.leave();
    this.join();
  }

  /** Fetches the inside again now. */
  async refresh(): Promise<void> {
    const focused = document.activeElement;
    if (focused && this.contains(focused) && focused.matches("input:not([type=checkbox]), textarea, select")) {
      // Nothing is pulled from under somebody's typing.
      this.addEventListener("focusout", this.onChange, { once: true });
      return;
    }
    const asked = location.href;
    const turn = ++this.turns;
    const response = await fetch(asked, { headers: { "X-Fragment": this.id, Accept: "text/html" }, credentials: "same-origin" }).catch(() => null);
    if (!response?.ok || response.redirected || location.href !== asked || !this.isConnected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById(this.id) ?? page.body;
    // An answer that was overtaken by a later one is older than what is shown.
    if (turn < this.shown) return;
    this.shown = turn;
    count(page);
    this.swap(document.importNode(fresh, true));
  }

  private swap(fresh: HTMLElement): void {
    const before = new Map(rows(this).map(row => [keyOf(row), row]));
    const focusKey = keyOfFocus(this);
    const ticked = new Set([...this.querySelectorAll<HTMLInputElement>("input:checked")].map(i => `${i.name}=${i.value}`));
    const unfolded = new Set([...this.querySelectorAll<HTMLDetailsElement>("details[open]")].map(nameOfFold));
    const scroller = scrollerOf(this);
    const anchor = rows(this).find(row => row.getBoundingClientRect().bottom > 0);
    const anchorTop = anchor?.getBoundingClientRect().top ?? 0;

    let news = 0;
    for (const row of rows(fresh)) {
      const old = before.get(keyOf(row));
      if (!old) {
        news++;
        if (before.size > 0) row.classList.add("fresh");
      } else {
        old.classList.remove("fresh");
        // An unchanged row is kept as it is: its pictures do not flicker and its focus stays.
        if (old.isEqualNode(row)) row.replaceWith(old);
      }
    }
    this.replaceChildren(...fresh.childNodes);

    for (const box of this.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) if (ticked.has(`${box.name}=${box.value}`)) box.checked = true;
    for (const fold of this.querySelectorAll("details")) if (unfolded.has(nameOfFold(fold))) fold.open = true;
    if (focusKey) [...this.querySelectorAll<HTMLElement>("a[href], button, input")].find(e => focusName(e) === focusKey)?.focus({ preventScroll: true });
    // Reading further down goes on where it was; at the top the new rows are to be seen.
    const kept = anchor && rows(this).find(row => keyOf(row) === keyOf(anchor));
    if (kept && scroller && scroller.scrollTop > 0) scroller.scrollTop += kept.getBoundingClientRect().top - anchorTop;
    if (news > 0 && before.size > 0) this.announce(t(`新到 ${news} 件`, `${news} new`));
    this.dispatchEvent(new CustomEvent("live-swap", { bubbles: true }));
  }

  private announce(text: string): void {
    const region = document.querySelector<HTMLElement>(`[data-live-news="${CSS.escape(this.id)}"]`);
    if (region) region.textContent = text;
  }

  private join(): void {
    const topics = this.getAttribute("topics");
    if (!topics || !("EventSource" in globalThis)) return;
    this.feed = Feed.join(topics, this.getAttribute("feed") ?? "/api/v1/live");
    this.feed.addEventListener("change", this.onChange);
    this.feed.addEventListener("state", this.onState);
    this.showState();
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.feed?.removeEventListener("change", this.onChange);
    this.feed?.removeEventListener("state", this.onState);
    this.feed?.leave();
    this.feed = undefined;
  }

  private showState(): void {
    for (const sign of document.querySelectorAll<HTMLElement>(`[data-live="${CSS.escape(this.id)}"]`)) {
      sign.classList.add("live");
      sign.classList.toggle("on", this.feed?.on === true);
      sign.classList.toggle("off", this.feed?.lost === true);
      sign.textContent = this.feed?.lost ? t("连接中断，正在重连", "Connection lost, trying again") : t("实时更新", "Live");
    }
  }
}

/** Counts elsewhere on the page, as in the navigation, are in the same answer. */
function count(page: Document): void {
  for (const old of document.querySelectorAll<HTMLElement>("[data-count]")) {
    const fresh = page.querySelector(`[data-count="${CSS.escape(old.dataset["count"] ?? "")}"]`);
    if (!fresh) continue;
    old.textContent = fresh.textContent;
    old.hidden = fresh.textContent === "0" && old.classList.contains("badge");
  }
}

function rows(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[data-key], .item, tbody > tr")];
}

function keyOf(row: HTMLElement): string {
  return row.dataset["key"] ?? row.querySelector("a[href]")?.getAttribute("href") ?? row.textContent ?? "";
}

function nameOfFold(fold: HTMLDetailsElement): string {
  return fold.querySelector("summary")?.textContent ?? "";
}

function focusName(element: Element): string {
  return `${element.tagName} ${element.id || element.getAttribute("href") || `${element.getAttribute("name") ?? ""} ${element.getAttribute("value") ?? element.textContent ?? ""}`}`;
}

function keyOfFocus(list: HTMLElement): string | null {
  const focused = document.activeElement;
  return focused && list.contains(focused) ? focusName(focused) : null;
}

function scrollerOf(element: HTMLElement): Element | null {
  for (let up = element.parentElement; up; up = up.parentElement) if (/auto|scroll/.test(getComputedStyle(up).overflowY)) return up;
  return document.scrollingElement;
}
