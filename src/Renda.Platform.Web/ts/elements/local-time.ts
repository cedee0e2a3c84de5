import { shortTime, t } from "../lib/page";

/** Words for how long ago, as people say it; a plain time from two days on. */
export function ago(when: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - when.getTime()) / 60_000);
  if (minutes < 0) return shortTime(when, now);
  if (minutes < 1) return t("刚刚", "just now");
  if (minutes < 60) return t(`${minutes} 分钟前`, `${minutes} min ago`);
  const clock = shortTime(when, when);
  if (when.toDateString() === now.toDateString()) return t(`今天 ${clock}`, `today ${clock}`);
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  return when.toDateString() === yesterday.toDateString() ? t(`昨天 ${clock}`, `yesterday ${clock}`) : shortTime(when, now);
}

/** `<local-time datetime="2026-11-23T01:00:12Z">2026-11-23 09:00</local-time>`: kept up to date; the full time stays as its title. */
export class LocalTime extends HTMLElement {
  static readonly observedAttributes = ["datetime"];
  private static readonly shown = new Set<LocalTime>();
  private static timer: ReturnType<typeof setInterval> | undefined;

  connectedCallback(): void {
    LocalTime.shown.add(this);
    LocalTime.timer ??= setInterval(() => { for (const time of LocalTime.shown) time.show(); }, 30_000);
    this.show();
  }

  disconnectedCallback(): void { LocalTime.shown.delete(this); }

  attributeChangedCallback(): void {
    if (this.isConnected) this.show();
  }

  private show(): void {
    const when = new Date(this.getAttribute("datetime") ?? "");
    if (Number.isNaN(when.getTime())) return;
    if (!this.title) this.title = this.textContent?.trim() || when.toLocaleString(document.documentElement.lang || "zh-CN");
    const words = ago(when, new Date());
    if (this.textContent !== words) this.textContent = words;
  }
}
