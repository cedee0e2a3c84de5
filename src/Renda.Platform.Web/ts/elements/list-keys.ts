/** `<list-keys>` around a list: j and k move between rows, Enter opens (the row's link has the focus), x ticks. */
export class ListKeys extends HTMLElement {
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (document.querySelector("list-keys") !== this) return;
    if (event.key === "j") this.move(1);
    else if (event.key === "k") this.move(-1);
    else if (event.key === "x") this.current()?.querySelector<HTMLInputElement>("input.pick")?.click();
    else return;
    event.preventDefault();
  };

  connectedCallback(): void { document.addEventListener("keydown", this.onKey); }

  disconnectedCallback(): void { document.removeEventListener("keydown", this.onKey); }

  private rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".item, tbody > tr")];
  }

  private current(): HTMLElement | undefined {
    const rows = this.rows();
    return rows.find(r => r.contains(document.activeElement)) ?? rows.find(r => r.hasAttribute("aria-current"));
  }

  private move(step: number): void {
    const rows = this.rows();
    const now = this.current();
    const next = now ? rows[rows.indexOf(now) + step] : rows[step > 0 ? 0 : rows.length - 1];
    const link = next?.querySelector<HTMLElement>("h2 a, h3 a, a[href]");
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
  }
}

/** Whether keys belong to a field just now. */
export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));
}
