// A board that is being made: tiles are dragged, resized, exchanged, by hand and by keyboard. What is saved are the form's own fields.
import { t } from "../../../src/Renda.Platform.Web/ts/lib/page";
import { move, type Place, within } from "./lib/grid";

class BoardEdit extends HTMLElement {
  private readonly status = document.createElement("p");

  connectedCallback(): void {
    this.status.className = "vh";
    this.status.setAttribute("role", "status");
    this.append(this.status);
    for (const tile of this.tiles) {
      tile.addEventListener("pointerdown", event => { this.grab(tile, event); });
      tile.addEventListener("keydown", event => { this.key(tile, event); });
    }
    // Another kind asks for other settings.
    this.querySelector<HTMLSelectElement>("#kind")?.addEventListener("change", () => {
      const show = this.querySelector<HTMLButtonElement>("button[value=show]");
      show?.form?.requestSubmit(show);
    });
    if (this.querySelector("#kind") && innerWidth < 1100) this.querySelector(".b-panel")?.scrollIntoView();
  }

  private get tiles(): HTMLElement[] { return [...this.querySelectorAll<HTMLElement>("[data-tile]")]; }

  private get places(): Place[] {
    const value = (tile: HTMLElement, part: string): number => Number(tile.querySelector<HTMLInputElement>(`[data-place=${part}]`)?.value);
    return this.tiles.map(tile => ({ c: value(tile, "c"), r: value(tile, "r"), w: value(tile, "w"), h: value(tile, "h") }));
  }

  private put(places: readonly Place[]): void {
    for (const [i, tile] of this.tiles.entries()) {
      const p = places[i];
      if (!p) continue;
      for (const [part, value] of Object.entries(p)) {
        const input = tile.querySelector<HTMLInputElement>(`[data-place=${part}]`);
        if (input) input.value = String(value);
      }
      tile.className = tile.className.replace(/\bc\d+ r\d+ w\d+ h\d+\b/, `c${p.c} r${p.r} w${p.w} h${p.h}`);
      const name = tile.querySelector("h2 span")?.textContent ?? "";
      tile.setAttribute("aria-label", t(`${name}，第 ${p.c} 列第 ${p.r} 行，宽 ${p.w} 高 ${p.h}`, `${name}, column ${p.c} row ${p.r}, ${p.w} by ${p.h}`));
    }
  }

  private key(tile: HTMLElement, event: KeyboardEvent): void {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.target !== tile || !step) return;
    event.preventDefault();
    const places = this.places, i = this.tiles.indexOf(tile), now = places[i];
    const [x, y] = step;
    if (!now || x === undefined || y === undefined) return;
    const wanted = event.shiftKey ? { ...now, w: now.w + x, h: now.h + y } : { ...now, c: now.c + x, r: now.r + y };
    const next = wanted.w < 1 || wanted.h < 1 || wanted.c + wanted.w > 13 || wanted.r + wanted.h > 13 ? null : move(places, i, wanted);
    if (next) this.put(next);
    this.status.textContent = next ? tile.getAttribute("aria-label") : t("那边放不下", "No room there");
  }

  private grab(tile: HTMLElement, event: PointerEvent): void {
    const target = event.target as Element;
    const grid = tile.parentElement;
    // On a phone the tiles stand in a column: there is no grid to drag them on.
    if (event.button !== 0 || target.closest("button, a, input") || !grid || getComputedStyle(grid).gridTemplateColumns.split(" ").length !== 12) return;
    event.preventDefault();
    tile.focus();
    const resize = target.closest("[data-grip]") !== null;
    const box = grid.getBoundingClientRect();
    const before = this.places, i = this.tiles.indexOf(tile), from = before[i];
    if (!from) return;
    const start = { x: event.clientX, y: event.clientY };
    tile.setPointerCapture(event.pointerId);
    tile.classList.add("b-dragged");
    const onMove = (e: PointerEvent): void => {
      const x = Math.round((e.clientX - start.x) / (box.width / 12)), y = Math.round((e.clientY - start.y) / (box.height / 12));
      const wanted = within(resize ? { ...from, w: Math.min(from.w + x, 13 - from.c), h: Math.min(from.h + y, 13 - from.r) } : { ...from, c: from.c + x, r: from.r + y });
      const next = move(before, i, wanted);
      tile.classList.toggle("b-refused", !next);
      this.put(next ?? before);
    };
    const onEnd = (e: PointerEvent): void => {
      tile.removeEventListener("pointermove", onMove);
      tile.removeEventListener("pointerup", onEnd);
      tile.removeEventListener("pointercancel", onEnd);
      tile.classList.remove("b-dragged", "b-refused");
      if (e.type === "pointercancel") this.put(before);
    };
    tile.addEventListener("pointermove", onMove);
    tile.addEventListener("pointerup", onEnd);
    tile.addEventListener("pointercancel", onEnd);
  }
}

if (!customElements.get("board-edit")) customElements.define("board-edit", BoardEdit);
