// What every element needs to know of the page it is on.

/** Chinese or English words, by the language of the page. */
export function t(zh: string, en: string): string {
  const lang = typeof document === "undefined" ? "zh-CN" : document.documentElement.lang;
  return lang.startsWith("en") ? en : zh;
}

type Child = Node | string | null | undefined | false;

/** Builds an element; texts go in as text nodes, so nothing from the network is ever parsed as markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string | number | boolean | ((event: never) => void) | undefined> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value as EventListener);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false));
  return node;
}

/** An icon of the sprite. The page may name the sprite's fingerprinted address in `<html data-icons>`. */
export function icon(name: string, large = false): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", large ? "icon icon-l" : "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${document.documentElement.dataset["icons"] ?? "/_content/Renda.Platform.Web/dist/icons.svg"}#${name}`);
  svg.append(use);
  return svg;
}

/** Says something for a few seconds, in a region that screen readers announce. */
export function toast(text: string, action?: { label: string; run: () => void }): void {
  let region = document.querySelector<HTMLElement>(".toasts");
  if (!region) {
    region = el("div", { class: "toasts", role: "status" });
    document.body.append(region);
  }
  const note = el("div", { class: "toast" }, text);
  if (action) note.append(el("button", { type: "button", click: () => { note.remove(); action.run(); } }, action.label));
  region.append(note);
  setTimeout(() => note.remove(), action ? 10_000 : 5_000);
}

/** A time of day and date as people write it: today's by the clock, others with their date. */
export function shortTime(when: Date, now = new Date()): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const clock = `${two(when.getHours())}:${two(when.getMinutes())}`;
  if (when.toDateString() === now.toDateString()) return clock;
  const day = `${two(when.getMonth() + 1)}-${two(when.getDate())} ${clock}`;
  return when.getFullYear() === now.getFullYear() ? day : `${when.getFullYear()}-${day}`;
}

/** Bytes as people read them. */
export function fileSize(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Runs the last of several quick calls, `wait` milliseconds after it. */
export function debounce<A extends unknown[]>(wait: number, run: (...args: A) => void): (...args: A) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), wait);
  };
}
