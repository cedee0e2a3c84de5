// Where tiles of a board lie, and what becomes of them when one is moved.

/** A rectangle on the grid of twelve by twelve; the first column and row are 1. */
export interface Place { c: number; r: number; w: number; h: number }

export const size = 12;

export const overlaps = (a: Place, b: Place): boolean => a.c < b.c + b.w && b.c < a.c + a.w && a.r < b.r + b.h && b.r < a.r + a.h;

/** The same rectangle, no larger than the grid and within it. */
export function within(p: Place): Place {
  const w = Math.min(Math.max(1, p.w), size), h = Math.min(Math.max(1, p.h), size);
  return { w, h, c: Math.min(Math.max(1, p.c), size + 1 - w), r: Math.min(Math.max(1, p.r), size + 1 - h) };
}

/** Where all lie when one wants to be at a place; null where that cannot be. On free ground it goes there; on one other tile the two change places. */
export function move(all: readonly Place[], which: number, to: Place): Place[] | null {
  const from = all[which];
  if (!from) return null;
  const wanted = within(to);
  const under = all.map((_, i) => i).filter(i => i !== which && overlaps(all[i]!, wanted));
  if (under.length === 0) return all.map((p, i) => i === which ? wanted : p);
  if (wanted.w !== from.w || wanted.h !== from.h) return null;
  const other = under.length === 1 ? all[under[0]!] : undefined;
  return other ? all.map((p, i) => i === which ? other : i === under[0] ? from : p) : null;
}
