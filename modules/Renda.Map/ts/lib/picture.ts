// The picture below the map, where an administrator has named one.
import L from "leaflet";
import { el } from "../../../../src/Renda.Platform.Web/ts/lib/page";
import { toGcj02 } from "./shift";

/** What Leaflet asks of a layer of tiles, but does not tell in its types. */
interface Inner { _getTiledPixelBounds(centre: L.LatLng): L.Bounds; _setZoomTransform(level: unknown, centre: L.LatLng, zoom: number): void }

/**
 * Pictures in GCJ-02 below marks in WGS-84: the picture is laid out as if the middle of the screen were where that datum has
 * it. Across a screen the shift differs by some metres at most.
 */
const shifted = L.TileLayer.extend({
  _getTiledPixelBounds(centre: L.LatLng): L.Bounds {
    return (L.TileLayer.prototype as unknown as Inner)._getTiledPixelBounds.call(this, moved(centre));
  },
  _setZoomTransform(level: unknown, centre: L.LatLng, zoom: number): void {
    (L.TileLayer.prototype as unknown as Inner)._setZoomTransform.call(this, level, moved(centre), zoom);
  },
}) as unknown as new (url: string, options: L.TileLayerOptions) => L.TileLayer;

function moved(centre: L.LatLng): L.LatLng {
  const { lat, lon } = toGcj02(centre.lat, centre.lng);
  return L.latLng(lat, lon);
}

/** Lays the picture that the element names below everything else. */
export function picture(host: HTMLElement, map: L.Map): void {
  const url = host.getAttribute("tiles");
  if (!url) return;
  const options: L.TileLayerOptions = { maxNativeZoom: Number(host.getAttribute("tiles-zoom") ?? 18), maxZoom: 18, subdomains: (host.getAttribute("tiles-parts") ?? "").split(",") };
  new (host.getAttribute("tiles-datum") === "Gcj02" ? shifted : L.TileLayer)(url, options).addTo(map);
  host.classList.add("dm-tiled");
  const control = new L.Control({ position: "bottomright" });
  control.onAdd = () => el("p", { class: "dm-source" }, host.getAttribute("tiles-source") ?? "");
  control.addTo(map);
}
