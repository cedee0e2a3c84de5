// The drawing part of <map-view>: Leaflet without tiles, boundaries and places only. Loaded when a map is about to be seen.
import L from "leaflet";

interface Place { at: L.LatLng; kind: string; words: string; link: string | null }

/** Draws the map into its element; the answer takes it away again. */
export function drawMap(host: HTMLElement): () => void {
  style();
  const box = document.createElement("div");
  box.className = host.hasAttribute("tall") ? "tall map" : "inset map";
  // The list beside it says the same to those who do not see or point.
  box.setAttribute("aria-hidden", "true");
  host.prepend(box);
  const map = L.map(box, { attributionControl: false, zoomControl: host.hasAttribute("tall"), keyboard: false, scrollWheelZoom: false, minZoom: 6, maxZoom: 18, zoomSnap: 0.25 });
  // What is hidden from readers must not take the focus either: the buttons are for the mouse and the thumb.
  for (const button of box.querySelectorAll("a")) button.tabIndex = -1;
  const places = placesOf(host);
  const own = host.hasAttribute("lat") ? L.latLng(Number(host.getAttribute("lat")), Number(host.getAttribute("lon"))) : null;
  const bounds = L.latLngBounds([...places.map(p => p.at), ...(own ? [own] : [])]);
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.3), { maxZoom: 15, animate: false });
  else map.setView([30.87, 120.1], 9, { animate: false });

  const marks = L.layerGroup().addTo(map);
  const draw = (): void => {
    marks.clearLayers();
    for (const group of clusters(map, places)) mark(map, group).addTo(marks);
  };
  map.on("zoomend", draw);
  if (own) {
    const accuracy = Number(host.getAttribute("accuracy") ?? 0);
    if (accuracy > 0) L.circle(own, { radius: accuracy, className: "map-reach", interactive: false }).addTo(map);
    L.circleMarker(own, { radius: 8, className: "map-own", interactive: false }).addTo(map);
  }
  draw();
  // There are no streets to judge distances by.
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);

  const stop = new AbortController();
  const url = host.getAttribute("boundaries");
  if (url) void boundaries(map, url, host.getAttribute("pick"), bounds.isValid(), stop.signal);
  const resized = new ResizeObserver(() => map.invalidateSize());
  resized.observe(box);
  return () => {
    stop.abort();
    resized.disconnect();
    map.remove();
    box.remove();
  };
}

function placesOf(host: HTMLElement): Place[] {
  return [...host.querySelectorAll<HTMLElement>("[data-lat][data-lon]")].map(item => ({
    at: L.latLng(Number(item.dataset["lat"]), Number(item.dataset["lon"])),
    kind: (item.dataset["kind"] ?? "").replace(/[^a-z-]/g, ""),
    words: item.textContent?.trim() ?? "",
    link: item.querySelector("a")?.href ?? null,
  }));
}

/** Places that would overlap on screen, together. */
function clusters(map: L.Map, places: Place[]): Place[][] {
  const cells = new Map<string, Place[]>();
  for (const place of places) {
    const point = map.project(place.at);
    const cell = map.getZoom() >= 17 ? `${point.x} ${point.y}` : `${Math.floor(point.x / 44)} ${Math.floor(point.y / 44)}`;
    const group = cells.get(cell);
    if (group) group.push(place);
    else cells.set(cell, [place]);
  }
  return [...cells.values()];
}

function mark(map: L.Map, group: Place[]): L.Layer {
  const first = group[0]!;
  if (group.length === 1) {
    const dot = L.circleMarker(first.at, { radius: 7, className: `map-dot ${first.kind}` }).bindTooltip(text(first.words));
    if (first.link) dot.on("click", () => location.assign(first.link!));
    return dot;
  }
  const centre = L.latLng(group.reduce((s, p) => s + p.at.lat, 0) / group.length, group.reduce((s, p) => s + p.at.lng, 0) / group.length);
  return L.circleMarker(centre, { radius: 12 + Math.min(10, Math.log2(group.length) * 2), className: "map-dot many" })
    .bindTooltip(text(String(group.length)), { permanent: true, direction: "center", className: "map-count" })
    .on("click", () => map.fitBounds(L.latLngBounds(group.map(p => p.at)).pad(0.2), { maxZoom: 18 }));
}

/** Leaflet takes strings as markup; a node is taken as it is. */
function text(words: string): HTMLElement {
  const node = document.createElement("span");
  node.textContent = words;
  return node;
}

async function boundaries(map: L.Map, url: string, pick: string | null, placed: boolean, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) return;
    // In a pane of their own below the places, each area as it comes: the larger first, the smaller upon it.
    map.createPane("areas").style.zIndex = "300";
    const layer = L.geoJSON(await response.json(), {
      pane: "areas",
      style: { className: pick ? "map-area pick" : "map-area" },
      onEachFeature: (feature, area) => {
        const { name, code } = (feature.properties ?? {}) as { name?: string; code?: string };
        if (name) area.bindTooltip(text(name), { sticky: true });
        if (pick && code) area.on("click", () => location.assign(pick.replace("{code}", encodeURIComponent(code))));
      },
    }).addTo(map);
    if (!placed) map.fitBounds(layer.getBounds(), { animate: false });
  } catch {
    // Without boundaries the places are still there; the list says the rest.
  }
}

function style(): void {
  const href = new URL("./map-view.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
}
