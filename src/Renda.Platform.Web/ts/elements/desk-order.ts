/** `<desk-order>`: tiles marked `draggable` are put in order by dragging within their group, or by Alt and an arrow; the buttons do the same without. */
export class DeskOrder extends HTMLElement {
  private dragged: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener("dragstart", event => {
      this.dragged = tileOf(event.target);
      if (this.dragged?.draggable && event.dataTransfer) event.dataTransfer.effectAllowed = "move";
      else this.dragged = null;
    });
    this.addEventListener("dragover", event => {
      const over = tileOf(event.target);
      if (!this.dragged || !over || over.parentElement !== this.dragged.parentElement) return;
      event.preventDefault();
      if (over === this.dragged) return;
      const behind = this.dragged.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
      over[behind ? "after" : "before"](this.dragged);
    });
    this.addEventListener("drop", event => event.preventDefault());
    this.addEventListener("dragend", () => {
      if (this.dragged) void this.save();
      this.dragged = null;
    });
    this.addEventListener("keydown", event => {
      const forward = event.key === "ArrowRight" || event.key === "ArrowDown";
      if (!event.altKey || !(forward || event.key === "ArrowLeft" || event.key === "ArrowUp")) return;
      const button = tileOf(event.target)?.querySelector<HTMLButtonElement>(`[data-move=${forward ? "down" : "up"}]:not(:disabled)`);
      if (!button) return;
      event.preventDefault();
      button.click();
    });
  }

  private async save(): Promise<void> {
    const form = document.querySelector<HTMLFormElement>("form#arrange");
    if (!form) return;
    const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
    body.set("order", [...this.querySelectorAll<HTMLElement>("[data-tile]")].map(tile => tile.dataset["tile"]).join(","));
    const answer = await fetch("/desk/order", { method: "POST", body, credentials: "same-origin" }).catch(() => null);
    // The buttons carry the order they lead to: they are fetched anew, or what was dragged is put back.
    if (answer) location.reload();
  }
}

function tileOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-tile]") : null;
}
