// What the map asks the server, and the grid of its tiles.

export interface Matter { id: string; number: string; title: string; scenario: string; state: string; stateName: string; light: string; lat: number; lon: number }
export interface Cluster { lat: number; lon: number; count: number }
export interface Tile { count: number; clusters: Cluster[]; matters: Matter[] }
export interface Bounds { south: number; west: number; north: number; east: number }

export const firstZoom = 5;
export const lastZoom = 18;

/** Column and row of the tile that holds a point. */
export function tileAt(lat: number, lon: number, zoom: number): { x: number; y: number } {
  const n = 2 ** zoom;
  const sin = Math.sin(Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI / 180);
  const within = (part: number): number => Math.max(0, Math.min(n - 1, Math.floor(part * n)));
  return { x: within((lon + 180) / 360), y: within(0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) };
}

/** The tiles that a part of the world touches. */
export function tilesOf(box: Bounds, zoom: number): { x: number; y: number }[] {
  const [first, last] = [tileAt(box.north, box.west, zoom), tileAt(box.south, box.east, zoom)];
  const tiles: { x: number; y: number }[] = [];
  for (let y = first.y; y <= last.y; y++) for (let x = first.x; x <= last.x; x++) tiles.push({ x, y });
  return tiles;
}

/** JSON of an address, or null where there is none for this person. */
export async function read<T>(url: string, signal?: AbortSignal): Promise<T | null> {
  const response = await fetch(url, { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
  return response.ok ? await response.json() as T : null;
}

/** Reads tiles, each once while nothing changes; twenty seconds later it is asked again. */
export class TileStore {
  private readonly kept = new Map<string, { at: number; tile: Promise<Tile | null> }>();

  forget(): void {
    this.kept.clear();
  }

  tile(zoom: number, x: number, y: number, query: string): Promise<Tile | null> {
    const url = `/api/v1/map/matters/${zoom}/${x}/${y}${query ? `?${query}` : ""}`;
    const known = this.kept.get(url);
    if (known && Date.now() - known.at < 20_000) return known.tile;
    const tile = read<Tile>(url).catch(() => null);
    if (this.kept.size > 400) this.kept.clear();
    this.kept.set(url, { at: Date.now(), tile });
    void tile.then(answer => { if (!answer) this.kept.delete(url); });
    return tile;
  }
}
