import L from "leaflet";
import { debounce, el, icon, t } from "../../../src/Renda.Platform.Web/ts/lib/page";
import { type Areas, boundaries, paint, values } from "./lib/areas";
import { picture } from "./lib/picture";
import { type Bounds, firstZoom, lastZoom, type Matter, read, type Tile, TileStore, tilesOf } from "./lib/fetching";

interface Card { id: string; number: string; title: string; state: string; category: string; place: string; unit: string | null; light: string; due: string; at: string; photo: string | null; href: string }
interface Feature { id: string; properties: { title: string; kind: string; lines: string[]; href: string | null }; geometry: { type: "Point"; coordinates: [number, number] } | { type: "LineString"; coordinates: [number, number][] } }
interface Place { code: string; name: string; fullName: string; level: string }

const lights: Record<string, string> = { ok: "circle-check", soon: "clock-hour-4", late: "alert-triangle", done: "archive", wait: "hourglass" };

/**
 * `<deputy-map home city first last [focus] [lat lon zoom] [bounds]><div class="dm-stage">…<form class="dm-form">…<section class="dm-list">`:
 * draws what the form asks for and keeps it in the address. The list says the same for the keyboard, and the form works without script.
 */
class DeputyMap extends HTMLElement {
  private map!: L.Map;
  private form!: HTMLFormElement;
  private readonly tiles = new TileStore();
  private readonly marks = L.layerGroup();
  private readonly heat = L.layerGroup();
  private readonly here = L.layerGroup();
  private readonly layers = new Map<string, L.LayerGroup>();
  private areas: L.GeoJSON | undefined;
  private areasKey = "";
  private round = 0;
  private playing: ReturnType<typeof setInterval> | undefined;
  private asked = new AbortController();
  private resized: ResizeObserver | undefined;
  private mode: MutationObserver | undefined;
  private feed: EventSource | undefined;
  private coming: ReturnType<typeof setTimeout> | undefined;
  private movedAt = 0;
  private latest = 0;

  connectedCallback(): void {
    const stage = this.find<HTMLElement>(".dm-stage");
    this.form = this.find<HTMLFormElement>(".dm-form");
    for (const part of this.querySelectorAll<HTMLElement>("[data-scripted]")) part.hidden = this.months().length < 2;
    for (const part of this.querySelectorAll<HTMLElement>("[data-unscripted]")) part.hidden = true;
    // The list says the same to those who do not see or point.
    stage.setAttribute("aria-hidden", "true");
    this.map = L.map(stage, { attributionControl: false, zoomControl: false, keyboard: false, minZoom: firstZoom, maxZoom: lastZoom });
    L.control.zoom({ position: "topright", zoomInTitle: t("放大", "Zoom in"), zoomOutTitle: t("缩小", "Zoom out") }).addTo(this.map);
    L.control.scale({ imperial: false, position: "topleft" }).addTo(this.map);
    for (const button of stage.querySelectorAll("a")) button.tabIndex = -1;
    for (const [name, at] of [["areas", "300"], ["heat", "380"], ["ways", "420"]] as const) this.map.createPane(name).style.zIndex = at;
    this.map.getPane("heat")!.style.pointerEvents = "none";
    picture(this, this.map);
    this.marks.addTo(this.map);
    this.heat.addTo(this.map);
    this.here.addTo(this.map);
    this.look();
    this.map.on("moveend", debounce(150, () => this.draw()));
    this.map.on("moveend", debounce(600, () => void this.list()));
    this.map.on("click", event => void this.ask(event.latlng));
    this.form.addEventListener("change", event => this.changed(event.target as HTMLElement));
    this.form.addEventListener("submit", event => event.preventDefault());
    this.sheet();
    this.time();
    this.resized = new ResizeObserver(() => this.map.invalidateSize());
    this.resized.observe(stage);
    this.mode = new MutationObserver(() => this.draw());
    this.mode.observe(document.documentElement, { attributeFilter: ["data-mode"] });
    this.draw();
    void this.list();
    this.follow();
  }

  disconnectedCallback(): void {
    this.feed?.close();
    clearTimeout(this.coming);
    clearInterval(this.playing);
    this.asked.abort();
    this.resized?.disconnect();
    this.mode?.disconnect();
    this.map.remove();
  }

  /** What comes in or moves on shows itself: the marks and the list are asked for again, the place that is looked at and the open card stay. */
  private follow(): void {
    if (!("EventSource" in globalThis)) return;
    const sign = this.find<HTMLElement>("[data-following]");
    const feed = this.feed = new EventSource("/api/v1/live?topics=matters");
    let lost = false;
    const state = (on: boolean): void => {
      sign.className = `live ${on ? "on" : "off"}`;
      sign.textContent = on ? t("实时更新", "Live") : t("连接中断，正在重连", "Connection lost, trying again");
    };
    feed.addEventListener("open", () => {
      state(true);
      if (lost) this.moved();
      lost = false;
    });
    feed.addEventListener("change", event => this.moved(Number(event.lastEventId)));
    feed.addEventListener("error", () => {
      state(false);
      lost = true;
      // The browser reconnects by itself, except after an answer that is not a stream.
      if (feed.readyState === EventSource.CLOSED) setTimeout(() => { if (this.isConnected && this.feed === feed) this.follow(); }, 10_000);
    });
  }

  /** Of changes that follow closely several are shown together, and of what nobody looks at none. */
  private moved(seq = 0): void {
    if (seq > this.latest) this.latest = seq;
    this.coming ??= setTimeout(() => void this.catchUp(), Date.now() - this.movedAt > 10_000 ? 1_200 : 5_000);
  }

  /** The squares follow a change by a second, or by more when much happens: they are drawn once they have. */
  private async catchUp(): Promise<void> {
    if (document.hidden) {
      document.addEventListener("visibilitychange", () => { this.coming = undefined; this.moved(); }, { once: true });
      return;
    }
    const counted = await read<{ seq: number }>("/api/v1/map/counted").catch(() => null);
    if (!this.isConnected) return;
    if (counted && counted.seq < this.latest) {
      this.coming = setTimeout(() => void this.catchUp(), 1_000);
      return;
    }
    [this.coming, this.movedAt] = [undefined, Date.now()];
    this.tiles.forget();
    void this.drawMatters(this.round);
    // Nothing is pulled from under a hand or a reader.
    if (!this.find("#dm-list").contains(document.activeElement)) void this.list();
  }

  /** Where to look first: what the address says, the place that was searched for, or all that one looks after. */
  private look(): void {
    const [south, west, north, east] = (this.getAttribute("bounds") ?? "20,100,40,120").split(",").map(Number) as [number, number, number, number];
    const [lat, lon, zoom] = ["lat", "lon", "zoom"].map(name => Number(this.getAttribute(name) ?? "x")) as [number, number, number];
    const focus = this.getAttribute("focus");
    if (!focus && Number.isFinite(lat + lon + zoom)) {
      this.map.setView([lat, lon], zoom, { animate: false });
      return;
    }
    this.map.fitBounds([[south, west], [north, east]], { animate: false });
    void this.fit(focus ?? this.getAttribute("home") ?? "", focus !== null);
  }

  private async fit(code: string, mark: boolean): Promise<void> {
    // A village without a boundary lies in its town.
    for (const one of code.endsWith("000") ? [code] : [code, `${code.slice(0, 9)}000`]) {
      const found = await boundaries(one, level(one), 9);
      if (!found || found.features.length === 0) continue;
      const layer = L.geoJSON(found as unknown as GeoJSON.GeoJsonObject, { pane: "ways", interactive: false, style: { className: "dm-area line" } });
      this.map.fitBounds(layer.getBounds(), { animate: false, maxZoom: 15 });
      if (mark) layer.addTo(this.here);
      return;
    }
  }

  /** The filters as an address has them, without what is empty. */
  private query(all: boolean): URLSearchParams {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (value !== "" && (all || ["scenario", "state", "category", "from", "to"].includes(name))) query.append(name, String(value));
    return query;
  }

  private value(name: string): string {
    return String(new FormData(this.form).get(name) ?? "");
  }

  private box(): Bounds {
    const bounds = this.map.getBounds();
    return { south: bounds.getSouth(), west: bounds.getWest(), north: bounds.getNorth(), east: bounds.getEast() };
  }

  private changed(what: HTMLElement): void {
    if (what.hasAttribute("data-month")) return;
    const name = what.getAttribute("name") ?? "";
    if (name === "scenario") {
      // Other states and categories belong to it: the page brings them.
      for (const other of ["state", "category"]) this.form.querySelector<HTMLSelectElement>(`[name=${other}]`)!.value = "";
      location.assign(`/map?${this.address()}`);
      return;
    }
    if (name === "from" || name === "to") this.stop();
    this.draw();
    void this.list();
  }

  private address(): URLSearchParams {
    const [query, centre] = [this.query(true), this.map.getCenter()];
    query.set("z", String(this.map.getZoom()));
    query.set("lat", centre.lat.toFixed(5));
    query.set("lon", centre.lng.toFixed(5));
    return query;
  }

  private draw(): void {
    const round = ++this.round;
    this.asked.abort();
    this.asked = new AbortController();
    history.replaceState(history.state, "", `/map?${this.address()}`);
    void this.drawMatters(round);
    void this.drawAreas(round);
    for (const box of this.form.querySelectorAll<HTMLInputElement>("[name=layer]")) if (box.value !== "areas") void this.drawLayer(box.value, box.checked, round);
  }

  private async drawMatters(round: number): Promise<void> {
    const mode = this.value("mode");
    const zoom = this.map.getZoom();
    const tiles = mode === "none" ? [] : await Promise.all(tilesOf(this.box(), zoom).map(at => this.tiles.tile(zoom, at.x, at.y, this.query(false).toString())));
    if (round !== this.round) return;
    this.marks.clearLayers();
    this.heat.clearLayers();
    const known = tiles.filter(tile => tile !== null);
    if (mode === "heat") this.drawHeat(known);
    else for (const tile of known) {
      for (const cluster of tile.clusters) this.cluster(cluster.lat, cluster.lon, cluster.count);
      this.singles(tile.matters);
    }
  }

  private cluster(lat: number, lon: number, count: number): void {
    const words = count.toLocaleString("en");
    const size = grown(26 + Math.min(22, 4 * Math.log10(count) * 1.6) + Math.max(0, words.length - 4) * 5);
    const mark = el("div", { class: "dm-cluster" }, el("span", {}, words));
    mark.style.width = mark.style.height = `${size}px`;
    L.marker([lat, lon], { icon: L.divIcon({ html: mark, className: "", iconSize: [size, size] }), keyboard: false })
      .on("click", () => this.map.setView([lat, lon], Math.min(lastZoom, this.map.getZoom() + 2))).addTo(this.marks);
  }

  /** Single matters; those at the very same place in a ring round it, so that each can be pressed. */
  private singles(matters: Matter[]): void {
    const places = new Map<string, Matter[]>();
    for (const matter of matters) {
      const key = `${matter.lat} ${matter.lon}`;
      places.set(key, [...places.get(key) ?? [], matter]);
    }
    for (const group of places.values()) {
      group.forEach((matter, i) => {
        const point = this.map.project([matter.lat, matter.lon]);
        const [angle, ring] = [2 * Math.PI * i / group.length, grown(10 + group.length)];
        const at = group.length === 1 ? L.latLng(matter.lat, matter.lon) : this.map.unproject(point.add([Math.cos(angle) * ring, Math.sin(angle) * ring]));
        L.circleMarker(at, { radius: grown(8), className: `dm-dot ${/^[a-z]+$/.test(matter.light) ? matter.light : ""}`, bubblingMouseEvents: false }).bindTooltip(el("span", {}, `${matter.title} · ${matter.stateName}`))
          .on("click", () => void this.card(matter.id)).addTo(this.marks);
      });
    }
  }

  private drawHeat(tiles: Tile[]): void {
    const spots = tiles.flatMap(tile => [...tile.clusters, ...tile.matters.map(m => ({ lat: m.lat, lon: m.lon, count: 1 }))]);
    const most = Math.max(1, ...spots.map(s => s.count));
    for (const spot of spots) {
      const share = Math.log1p(spot.count) / Math.log1p(most);
      L.circleMarker([spot.lat, spot.lon], { pane: "heat", radius: 12 + 26 * share, className: "dm-heat", stroke: false, fillOpacity: 0.12 + 0.5 * share, interactive: false }).addTo(this.heat);
    }
  }

  private async drawAreas(round: number): Promise<void> {
    const [on, indicator, by, city] = [new FormData(this.form).getAll("layer").includes("areas"), this.value("indicator"), this.value("by") || "county", this.getAttribute("city") ?? ""];
    const legend = this.find<HTMLElement>("[data-legend]");
    const zoom = this.map.getZoom();
    const wanted = indicator ? by : zoom <= 9 ? "county" : zoom <= 12 ? "town" : "village";
    if (!on && !indicator) {
      this.areas?.remove();
      [this.areas, this.areasKey] = [undefined, ""];
      legend.hidden = true;
      return;
    }
    // Villages are many: those of the county in the middle.
    const within = wanted === "village" ? await this.county() ?? city : city;
    const found = await boundaries(within, wanted, zoom) ?? { type: "FeatureCollection", features: [], sources: [] };
    const key = `${within} ${wanted} ${zoom <= 9 ? 9 : zoom <= 12 ? 12 : 13}`;
    if (round !== this.round) return;
    if (key !== this.areasKey || !this.areas) {
      this.areas?.remove();
      this.areasKey = key;
      this.areas = L.geoJSON(found as unknown as GeoJSON.GeoJsonObject, {
        pane: "areas", style: { className: "dm-area" },
        onEachFeature: (feature, area) => area.bindTooltip(el("span", {}, (feature.properties as { name: string }).name), { sticky: true }),
      }).addTo(this.map);
      this.source(found);
    }
    if (!indicator) {
      if (!legend.hidden) {
        this.areasKey = "";
        legend.hidden = true;
        await this.drawAreas(round);
      }
      return;
    }
    const counties = (await boundaries(city, "county", 9))?.features.map(f => f.properties.code) ?? [];
    const coloured = await values(indicator, by, city, counties, this.period(), this.asked.signal).catch(() => null);
    if (round !== this.round || !coloured || !this.areas) return;
    paint(this.areas, legend, coloured);
  }

  /** The chosen months as days; the year until today where none are. */
  private period(): string {
    const [from, to] = [this.value("from"), this.value("to")];
    const [year, month] = to.split("-").map(Number);
    return `${from ? `&from=${from}-01` : ""}${to ? `&to=${to}-${new Date(Date.UTC(year!, month!, 0)).getUTCDate()}` : ""}`;
  }

  private async county(): Promise<string | null> {
    const centre = this.map.getCenter();
    const path = await read<Place[]>(`/api/v1/regions/at?lat=${centre.lat.toFixed(5)}&lon=${centre.lng.toFixed(5)}`).catch(() => null);
    return path?.find(p => p.level === "County")?.code ?? null;
  }

  private source(found: Areas): void {
    this.querySelector(".dm-source")?.remove();
    const first = found.sources[0];
    if (!first) return;
    const control = new L.Control({ position: "bottomleft" });
    control.onAdd = () => el("p", { class: "dm-source" }, t(`边界：${first.source}，${first.day}`, `Boundaries: ${first.source}, ${first.day}`));
    control.addTo(this.map);
  }

  private async drawLayer(id: string, on: boolean, round: number): Promise<void> {
    if (!on) {
      this.layers.get(id)?.clearLayers();
      return;
    }
    const box = this.box();
    const found = await read<{ features: Feature[] }>(`/api/v1/map/layers/${encodeURIComponent(id)}?box=${[box.south, box.west, box.north, box.east].map(n => n.toFixed(5)).join(",")}`, this.asked.signal).catch(() => null);
    if (round !== this.round || !found) return;
    const group = this.layers.get(id) ?? L.layerGroup().addTo(this.map);
    this.layers.set(id, group);
    group.clearLayers();
    for (const feature of found.features) this.feature(id, feature).on("click", () => this.tell(feature)).addTo(group);
  }

  private feature(id: string, feature: Feature): L.Layer {
    const tip = el("span", {}, feature.properties.title);
    if (feature.geometry.type === "LineString") return L.polyline(feature.geometry.coordinates.map(([lon, lat]) => L.latLng(lat, lon)), { pane: "ways", className: "dm-way", bubblingMouseEvents: false }).bindTooltip(tip, { sticky: true });
    const [lon, lat] = feature.geometry.coordinates;
    // What is met in a place stands beside it, not upon it.
    const size = grown(28);
    const beside = ({ beside: size - 4, before: 4 - size } as Record<string, number>)[feature.properties.kind] ?? 0;
    const pin = el("div", { class: `dm-pin ${/^[a-z-]*$/.test(feature.properties.kind) ? feature.properties.kind : ""}` }, icon(this.form.querySelector<HTMLInputElement>(`[name=layer][value="${CSS.escape(id)}"]`)?.dataset["icon"] ?? "map-pin"));
    pin.style.width = pin.style.height = `${size}px`;
    return L.marker([lat, lon], { icon: L.divIcon({ html: pin, className: "", iconSize: [size, size], iconAnchor: [size / 2 - beside, size / 2] }), keyboard: false }).bindTooltip(tip);
  }

  private async card(id: string): Promise<void> {
    const card = await read<Card>(`/api/v1/map/matters/${id}`).catch(() => null);
    if (!card) return;
    this.show(
      el("h2", {}, card.title),
      el("p", {}, el("span", { class: `pill ${/^[a-z]+$/.test(card.light) ? card.light : ""}` }, icon(lights[card.light] ?? "hourglass"), `${card.state} · ${card.due}`)),
      card.photo ? el("img", { src: card.photo, alt: t("照片", "Photo") }) : null,
      el("p", {}, [card.category, card.place].filter(Boolean).join(" · ")),
      el("p", { class: "soft" }, [card.unit, card.at, card.number].filter(Boolean).join(" · ")),
      el("p", {}, el("a", { class: "btn primary", href: card.href }, t("看这件事", "Open it"))));
  }

  private tell(feature: Feature): void {
    this.show(el("h2", {}, feature.properties.title), ...feature.properties.lines.filter(Boolean).map(line => el("p", {}, line)), feature.properties.href ? el("p", {}, el("a", { class: "btn", href: feature.properties.href }, t("看详情", "More"))) : null);
  }

  /** Who represents the place that was pressed. */
  private async ask(at: L.LatLng): Promise<void> {
    const path = await read<Place[]>(`/api/v1/regions/at?lat=${at.lat.toFixed(6)}&lon=${at.lng.toFixed(6)}`).catch(() => null);
    const finest = path?.at(-1);
    this.here.clearLayers();
    if (!finest) return;
    L.circleMarker(at, { radius: grown(7), className: "dm-here", interactive: false }).addTo(this.here);
    const links = [...this.querySelectorAll<HTMLTemplateElement>("template[data-of-place]")];
    const town = finest.level === "Town" || finest.level === "Village";
    this.show(el("h2", {}, finest.fullName), town ? null : el("p", {}, t("放大以后再点，可以看到乡镇。", "Zoom in and press again for the town.")),
      ...(town ? links.map(link => el("p", {}, el("a", { class: "btn", href: (link.dataset["ofPlace"] ?? "").replace("{code}", finest.code) }, link.dataset["name"] ?? ""))) : []));
  }

  private show(...parts: (Node | null)[]): void {
    const card = this.find<HTMLElement>(".dm-card");
    const close = el("button", { type: "button", class: "btn plain dm-close", "aria-label": t("关闭", "Close"), click: () => { card.hidden = true; } }, icon("x"));
    card.replaceChildren(...parts.filter(p => p !== null), close);
    card.hidden = false;
  }

  /** The list beside the map, for what is on the screen: the page's own words. */
  private async list(): Promise<void> {
    const [query, box, round] = [this.address(), this.box(), this.round];
    query.set("box", [box.south, box.west, box.north, box.east].map(n => n.toFixed(5)).join(","));
    const response = await fetch(`/map?${query}`).catch(() => null);
    if (!response?.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("#dm-list");
    if (fresh && round === this.round) this.find("#dm-list").replaceWith(document.adoptNode(fresh));
  }

  private sheet(): void {
    const handle = this.find<HTMLButtonElement>("[data-sheet]");
    const panel = this.find<HTMLElement>(".dm-panel");
    handle.hidden = false;
    const set = (open: boolean): void => {
      panel.toggleAttribute("data-closed", !open);
      handle.setAttribute("aria-expanded", String(open));
    };
    // What was searched for is to be seen at once.
    set(this.querySelector(".dm-found, .dm-panel .note") !== null);
    handle.addEventListener("click", () => set(panel.hasAttribute("data-closed")));
  }

  private months(): string[] {
    const [first, last] = [Number(this.getAttribute("first")), Number(this.getAttribute("last"))];
    const all: string[] = [];
    for (let at = first; at > 0 && at <= last; at = at % 100 === 12 ? at + 89 : at + 1) all.push(`${Math.floor(at / 100)}-${String(at % 100).padStart(2, "0")}`);
    return all;
  }

  private time(): void {
    const [slider, play, months] = [this.find<HTMLInputElement>("[data-month]"), this.find<HTMLButtonElement>("[data-play]"), this.months()];
    slider.max = String(Math.max(0, months.length - 1));
    const from = this.value("from");
    slider.value = String(Math.max(0, from && from === this.value("to") ? months.indexOf(from) : months.length - 1));
    this.named();
    const go = (): void => {
      const month = months[Number(slider.value)] ?? "";
      for (const name of ["from", "to"]) this.form.querySelector<HTMLSelectElement>(`[name=${name}]`)!.value = month;
      this.named();
      this.draw();
    };
    slider.addEventListener("input", () => { this.stop(); go(); });
    slider.addEventListener("change", () => void this.list());
    play.addEventListener("click", () => {
      if (this.playing) {
        this.stop();
        void this.list();
        return;
      }
      slider.value = Number(slider.value) >= months.length - 1 ? "0" : slider.value;
      play.setAttribute("aria-pressed", "true");
      play.replaceChildren(icon("player-pause"), el("span", {}, t("停下", "Stop")));
      go();
      this.playing = setInterval(() => {
        if (Number(slider.value) >= months.length - 1) {
          this.stop();
          void this.list();
          return;
        }
        slider.value = String(Number(slider.value) + 1);
        go();
      }, 1200);
    });
  }

  private named(): void {
    const [from, to] = [this.value("from"), this.value("to")];
    this.find<HTMLElement>("[data-month-name]").textContent = !from && !to ? t("全部月份", "All months") : from === to ? from : `${from || "…"} – ${to || "…"}`;
  }

  private stop(): void {
    clearInterval(this.playing);
    this.playing = undefined;
    const play = this.find<HTMLButtonElement>("[data-play]");
    play.setAttribute("aria-pressed", "false");
    play.replaceChildren(icon("player-play"), el("span", {}, t("逐月播放", "Play by month")));
    this.named();
  }

  private find<T extends HTMLElement>(selector: string): T {
    return this.querySelector<T>(selector)!;
  }
}

/** A size in pixels as large as the type is: in elder mode marks grow with it. */
function grown(pixels: number): number {
  return Math.round(pixels * parseFloat(getComputedStyle(document.documentElement).fontSize) / 16);
}

function level(code: string): string {
  return code.endsWith("00000000") ? "city" : code.endsWith("000000") ? "county" : code.endsWith("000") ? "town" : "village";
}

customElements.define("deputy-map", DeputyMap);
