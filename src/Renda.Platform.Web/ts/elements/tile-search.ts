/** `<tile-search>`: narrows the tiles of the page while one types; Enter opens the first that is left. The form finds them without. */
export class TileSearch extends HTMLElement {
  private readonly narrow = (): void => {
    const wanted = (this.querySelector<HTMLInputElement>("input[type=search]")?.value ?? "").trim().toLowerCase();
    for (const tile of document.querySelectorAll<HTMLElement>("[data-tile]")) tile.hidden = wanted !== "" && !(tile.dataset["words"] ?? "").includes(wanted);
    for (const group of document.querySelectorAll<HTMLElement>(".desk-group")) group.hidden = !group.querySelector("[data-tile]:not([hidden])");
  };

  connectedCallback(): void {
    this.addEventListener("input", this.narrow);
    this.addEventListener("submit", event => {
      const first = document.querySelector<HTMLAnchorElement>("[data-tile]:not([hidden]) a[href]");
      if (!first) return;
      event.preventDefault();
      first.click();
    });
    document.addEventListener("live-swap", this.narrow);
  }

  disconnectedCallback(): void { document.removeEventListener("live-swap", this.narrow); }
}
