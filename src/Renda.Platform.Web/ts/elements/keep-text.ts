import { debounce, el, shortTime, t } from "../lib/page";

interface Kept { text: string; at: number; sent: boolean }

/**
 * `<keep-text>` around a form: what is typed into its text areas survives a closed tab, kept on this device per path and field.
 * After sending it is offered back once more for a day, in case it did not arrive.
 */
export class KeepText extends HTMLElement {
  private readonly onInput = (event: Event): void => {
    if (event.target instanceof HTMLTextAreaElement) this.keep(event.target);
  };
  private readonly onSubmit = (): void => {
    for (const area of this.areas()) if (area.value) write(area, { text: area.value, at: Date.now(), sent: true });
  };
  private readonly keep = debounce(400, (area: HTMLTextAreaElement) => {
    write(area, area.value ? { text: area.value, at: Date.now(), sent: false } : null);
    this.say(area, t(`草稿已存 ${shortTime(new Date())}`, `Draft kept ${shortTime(new Date())}`));
  });

  connectedCallback(): void {
    this.addEventListener("input", this.onInput);
    this.addEventListener("submit", this.onSubmit);
    for (const area of this.areas()) this.restore(area);
  }

  disconnectedCallback(): void {
    this.removeEventListener("input", this.onInput);
    this.removeEventListener("submit", this.onSubmit);
  }

  private areas(): HTMLTextAreaElement[] {
    return [...this.querySelectorAll("textarea")];
  }

  private restore(area: HTMLTextAreaElement): void {
    const kept = read(area);
    if (!kept || area.value || kept.text === area.defaultValue) return;
    if (kept.sent && Date.now() - kept.at > 86_400_000) return write(area, null);
    const put = (): void => {
      area.value = kept.text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    };
    if (kept.sent) this.say(area, "", el("button", { type: "button", class: "btn plain small", click: put }, t("找回上次写的", "Bring back what I wrote last")));
    else {
      area.value = kept.text;
      this.say(area, t(`已恢复 ${shortTime(new Date(kept.at))} 的草稿`, `Draft of ${shortTime(new Date(kept.at))} restored`));
    }
  }

  private say(area: HTMLTextAreaElement, words: string, button?: HTMLElement): void {
    let line = area.parentElement?.querySelector<HTMLElement>(":scope > .saved");
    if (!line) {
      line = el("p", { class: "saved", role: "status" });
      area.after(line);
    }
    line.replaceChildren(words, ...(button ? [button] : []));
  }
}

function keyOf(area: HTMLTextAreaElement): string {
  return `renda.text ${location.pathname} ${area.name || area.id}`;
}

function read(area: HTMLTextAreaElement): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(area)) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

function write(area: HTMLTextAreaElement, kept: Kept | null): void {
  try {
    if (kept) localStorage.setItem(keyOf(area), JSON.stringify(kept));
    else localStorage.removeItem(keyOf(area));
  } catch {
    // A full or forbidden storage: the form works as any form.
  }
}
