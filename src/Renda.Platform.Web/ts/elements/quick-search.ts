/**
 * `<quick-search>` around the frame's search form: shows below it what the page of hits would show, while one types.
 * Arrow keys move, Enter opens, Escape closes; without script the form leads to that page.
 */
export class QuickSearch extends HTMLElement {
  private panel: HTMLElement | undefined;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private asking: AbortController | undefined;

  connectedCallback(): void {
    this.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => void this.ask(), 180);
    });
    this.addEventListener("keydown", event => this.move(event));
    this.addEventListener("focusout", event => { if (!this.contains(event.relatedTarget as Node | null)) this.close(); });
  }

  disconnectedCallback(): void {
    clearTimeout(this.waiting);
    this.asking?.abort();
  }

  private async ask(): Promise<void> {
    const words = this.querySelector("input")?.value.trim() ?? "";
    this.asking?.abort();
    if (words === "") return this.close();
    const asking = this.asking = new AbortController();
    try {
      const answer = await fetch("/search?q=" + encodeURIComponent(words), { signal: asking.signal });
      if (!answer.ok) return;
      const hits = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("hits");
      if (!hits || asking.signal.aborted || !this.contains(document.activeElement)) return;
      if (!this.panel) {
        this.panel = document.createElement("div");
        this.panel.className = "found";
        this.append(this.panel);
      }
      this.panel.replaceChildren(...hits.childNodes);
    } catch {
      // Without a network the form still says so when it is sent.
    }
  }

  private move(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      this.close();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [this.querySelector<HTMLElement>("input"), ...(this.panel?.querySelectorAll<HTMLElement>("a[href]") ?? [])].filter(s => s !== null);
    const next = stops[stops.indexOf(document.activeElement as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  private close(): void {
    this.asking?.abort();
    this.panel?.remove();
    this.panel = undefined;
  }
}
