/** A division as the regions API gives it: 12-digit code, own name, and the names above it. */
export interface Region { code: string; name: string; path: string }

interface RegionAnswer { code: number | string; name: string; path?: string; fullName?: string }

/** Divisions whose name or pinyin initials match; nothing when offline. */
export async function searchRegions(q: string, within?: string, limit = 8, signal?: AbortSignal): Promise<Region[]> {
  const query = new URLSearchParams({ q, limit: String(limit) });
  if (within) query.set("within", within);
  return ask(`/api/v1/regions?${query}`, signal);
}

/** The village at a position (WGS 84 degrees), or nothing when the server has no boundaries or cannot be reached. */
export async function nearestRegion(latitude: number, longitude: number): Promise<Region | undefined> {
  return (await ask(`/api/v1/regions/nearest?lat=${latitude}&lon=${longitude}`))[0];
}

async function ask(url: string, signal?: AbortSignal): Promise<Region[]> {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
    if (!response.ok || response.status === 204) return [];
    const body = await response.json() as RegionAnswer | RegionAnswer[] | { items: RegionAnswer[] } | null;
    if (!body) return [];
    const found = Array.isArray(body) ? body : "items" in body ? body.items : [body];
    return found.map(r => ({ code: String(r.code), name: r.name, path: r.path ?? r.fullName ?? "" }));
  } catch {
    return [];
  }
}
