import { el, fileSize, icon, shortTime, t } from "../../../../src/Renda.Platform.Web/ts/lib/page";
import { Outbox } from "./outbox";
import { whyNoStore, type Item } from "./store";

/** Says plainly what a browser that keeps nothing cannot do. */
export function lossNote(): HTMLElement {
  const why = whyNoStore() === "insecure"
    ? t("这个网址不是安全连接（https），浏览器不让保存", "This address is not secure (https), so the browser keeps nothing")
    : t("这个浏览器不能在手机上保存（可能是无痕模式）", "This browser keeps nothing on the phone (perhaps a private window)");
  return el("p", { class: "note soon" }, icon("alert-triangle"),
    el("span", {}, t(`${why}：没有草稿，没有信号时发不出去，关掉页面写的就没了。有信号时可以照常填写、发送。`,
      `${why}: no drafts, nothing goes out without a signal, and closing the page loses what you wrote. With a signal, fill in and send as usual.`)));
}

/**
 * `<visit-queue account csrf [summary] [item]>`: what waits on this phone. With `summary` one line, empty when nothing waits;
 * with `item` only that finding.
 */
export class VisitQueue extends HTMLElement {
  static readonly observedAttributes = ["account", "csrf", "summary", "item"];
  private outbox: Outbox | undefined;
  private readonly thumbs = new Map<string, string>();
  private readonly redraw = (): void => void this.draw();
  private readonly onChange = (event: Event): void => {
    const { id, state, sent } = (event as CustomEvent<{ id: string; state: string; sent: number }>).detail;
    const bar = this.querySelector<HTMLProgressElement>(`[data-id="${id}"][data-state="${state}"] progress`);
    // While bytes flow only the bar and its number move; anything else is a new picture of the list.
    if (!bar || state !== "sending") return this.redraw();
    bar.value = Math.round(sent * 100);
    const words = this.querySelector(`[data-id="${id}"] .percent`);
    if (words) words.textContent = `${bar.value}%`;
  };

  connectedCallback(): void {
    addEventListener("online", this.redraw);
    addEventListener("offline", this.redraw);
    void this.start();
  }

  disconnectedCallback(): void {
    removeEventListener("online", this.redraw);
    removeEventListener("offline", this.redraw);
    this.outbox?.removeEventListener("change", this.onChange);
    this.outbox = undefined;
    for (const url of this.thumbs.values()) URL.revokeObjectURL(url);
    this.thumbs.clear();
  }

  attributeChangedCallback(): void {
    if (this.outbox) this.redraw();
  }

  private async start(): Promise<void> {
    try {
      const outbox = await Outbox.open(this.getAttribute("account") ?? "", this.getAttribute("csrf") ?? "");
      if (!this.isConnected || this.outbox) return;
      this.outbox = outbox;
      outbox.addEventListener("change", this.onChange);
      await this.draw();
    } catch {
      if (!this.hasAttribute("summary")) this.replaceChildren(lossNote());
    }
  }

  private async draw(): Promise<void> {
    if (!this.outbox) return;
    const only = this.getAttribute("item");
    const items = (await this.outbox.items()).filter(i => !only || i.id === only);
    if (this.hasAttribute("summary")) this.replaceChildren(...summary(items));
    else if (items.length === 0) this.replaceChildren(this.empty());
    else {
      const rows = await Promise.all(items.map(i => this.row(i)));
      const focused = (document.activeElement as HTMLElement | null)?.dataset["key"];
      this.replaceChildren(...(only ? [] : [heading(items)]), el("div", { class: "queue", role: "list" }, ...rows));
      if (focused) this.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  private empty(): HTMLElement {
    return el("div", { class: "empty" }, icon("circle-check"), el("h2", {}, t("没有在等待的", "Nothing is waiting")),
      el("p", {}, t("这部手机上的都已送达。", "Everything on this phone has arrived.")),
      el("a", { class: "btn", href: "/visits/capture" }, icon("camera"), t("随手拍", "Report a problem")));
  }

  private async row(item: Item): Promise<HTMLElement> {
    const size = item.media.reduce((sum, m) => sum + m.size, 0);
    const percent = Math.round((this.outbox?.progress.get(item.id) ?? 0) * 100);
    const bar = el("progress", { max: 100, value: item.state === "sent" ? 100 : percent, "aria-label": t("发送进度", "Sent so far"), ...(item.state === "sent" ? { class: "ok" } : {}) });
    const row = el("div", { class: "queue-item", role: "listitem", "data-id": item.id, "data-state": item.state },
      await this.thumb(item),
      el("div", {},
        el("h3", {}, item.finding.description || item.finding.categoryName),
        el("p", { class: "meta" }, light(item, percent), el("span", {}, shortTime(new Date(item.finding.capturedAt))),
          el("span", {}, item.media.length ? t(`${item.media.length} 个照片视频 · ${fileSize(size)}`, `${item.media.length} files · ${fileSize(size)}`) : t("没有照片", "no photo"))),
        item.problem && item.state === "refused" ? el("p", { class: "error on" }, item.problem) : null,
        item.state === "refused" || item.state === "sign-in" ? null : bar));
    const buttons = this.buttons(item);
    if (buttons.length) row.append(el("div", { class: "btns" }, ...buttons));
    return row;
  }

  private async thumb(item: Item): Promise<HTMLElement> {
    const first = item.media[0];
    if (!first) return el("span", { class: "thumb" }, icon("notes"));
    let url = this.thumbs.get(first.id);
    if (!url) {
      const blob = await this.outbox?.store.thumb(first.id);
      if (!blob) return el("span", { class: "thumb" }, icon(first.kind === "video" ? "video" : "photo"));
      url = URL.createObjectURL(blob);
      this.thumbs.set(first.id, url);
    }
    return el("img", { class: "thumb", src: url, alt: "" });
  }

  private buttons(item: Item): HTMLElement[] {
    const outbox = this.outbox!;
    const edit = el("a", { class: "btn small primary", href: `/visits/capture?edit=${item.id}`, "data-key": `edit ${item.id}` }, icon("edit"), t("修改", "Edit"));
    const remove = el("button", { type: "button", class: "btn small", "data-key": `remove ${item.id}`, click: () => this.confirmRemove(item) }, icon("trash"), t("删除", "Delete"));
    switch (item.state) {
      case "refused":
        return [edit, remove];
      case "sign-in":
        return [el("a", { class: "btn small primary", href: `/sign-in?from=${encodeURIComponent(location.pathname)}` }, icon("login"), t("重新登录", "Sign in again"))];
      case "waiting":
        return item.attempts === 0 ? [] : [el("button", { type: "button", class: "btn small", "data-key": `now ${item.id}`, click: () => void outbox.send(true) }, icon("refresh"), t("现在再试", "Try now"))];
      case "sent":
        return this.hasAttribute("item") ? [] : [el("a", { class: "btn small", href: `/matters/${item.id}` }, t("看办理情况", "See how it goes"))];
      default:
        return [];
    }
  }

  private confirmRemove(item: Item): void {
    const dialog = el("dialog", { class: "dialog" },
      el("header", {}, el("h2", {}, t("删除这一件？", "Delete this one?"))),
      el("div", { class: "body" }, el("p", {}, t("它还没有送达，删除后照片和文字都找不回来。", "It has not arrived. Its pictures and words cannot be brought back."))),
      el("footer", {},
        el("button", { type: "button", class: "btn", click: () => dialog.close() }, t("留着", "Keep it")),
        el("button", { type: "button", class: "btn danger", click: () => { dialog.close(); void this.outbox?.remove(item); } }, t("删除", "Delete"))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }
}

function light(item: Item, percent: number): HTMLElement {
  switch (item.state) {
    case "sending":
      return el("span", { class: "light wait" }, icon("cloud-upload"), t("正在发送 ", "Sending "), el("span", { class: "percent" }, `${percent}%`));
    case "sign-in":
      return el("span", { class: "light soon" }, icon("login"), t("请重新登录，登录后自动发出", "Sign in again; it then goes out by itself"));
    case "refused":
      return el("span", { class: "light late" }, icon("alert-triangle"), t("需要您处理", "Needs you"));
    case "sent":
      return el("span", { class: "light ok" }, icon("circle-check"), t("已送达", "Arrived"));
    default:
      return el("span", { class: "light soon" }, icon(navigator.onLine ? "clock" : "wifi-off"), navigator.onLine ? t("等待发送", "Waiting to go out") : t("等待信号，有网自动发出", "Waiting for a signal; goes out by itself"));
  }
}

function counts(items: Item[]): { waiting: number; needsYou: number; sent: number } {
  return {
    waiting: items.filter(i => i.state === "waiting" || i.state === "sending").length,
    needsYou: items.filter(i => i.state === "refused" || i.state === "sign-in").length,
    sent: items.filter(i => i.state === "sent").length,
  };
}

function heading(items: Item[]): HTMLElement {
  const { waiting, needsYou, sent } = counts(items);
  const words = [
    waiting ? t(`${waiting} 件在等待，有网会自动发出`, `${waiting} waiting, sent by themselves when there is a signal`) : "",
    needsYou ? t(`${needsYou} 件需要您处理`, `${needsYou} need you`) : "",
    sent ? t(`${sent} 件已送达`, `${sent} arrived`) : "",
  ].filter(Boolean).join(t("；", "; "));
  return el("p", { class: "hint", role: "status" }, words);
}

function summary(items: Item[]): Node[] {
  const { waiting, needsYou } = counts(items);
  if (waiting + needsYou === 0) return [];
  const signal = navigator.onLine ? "" : t("没有信号：", "No signal: ");
  const words = needsYou
    ? t(`${needsYou} 件没有发出，需要您处理。`, `${needsYou} did not go out and need you. `)
    : t(`${signal}${waiting} 件在等待，有网会自动发出。`, `${signal}${waiting} waiting, sent by themselves when there is a signal. `);
  return [el("p", { class: needsYou ? "note late" : "note soon" }, icon(needsYou ? "alert-triangle" : "cloud-upload"), el("span", {}, words, el("a", { href: "/visits/queue" }, t("查看", "See"))))];
}
