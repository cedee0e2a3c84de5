/**
 * `<map-view [lat lon accuracy] [boundaries="url" [pick="url with {code}"]] [tall]><ul class="map-list"><li data-lat data-lon data-kind>…</li></ul></map-view>`:
 * a map of the listed places; the list stays, for the keyboard and without script. A press on
 * an area goes to `pick`. The drawing code comes only when the map is about to be seen.
 */
export class MapView extends HTMLElement {
  static readonly observedAttributes = ["lat", "lon", "accuracy", "boundaries"];
  private seen: IntersectionObserver | undefined;
  private close: (() => void) | undefined;

  connectedCallback(): void {
    this.seen = new IntersectionObserver(entries => {
      if (!entries.some(e => e.isIntersecting)) return;
      this.seen?.disconnect();
      void this.draw();
    }, { rootMargin: "200px" });
    this.seen.observe(this);
  }

  disconnectedCallback(): void {
    this.seen?.disconnect();
    this.close?.();
    this.close = undefined;
  }

  attributeChangedCallback(): void {
    if (this.close) void this.draw();
  }

  private async draw(): Promise<void> {
    const code = new URL("./map-view.js", import.meta.url).href;
    const { drawMap } = await import(code) as typeof import("../map-view");
    this.close?.();
    if (this.isConnected) this.close = drawMap(this);
  }
}
