// How values are put into classes of a colour.

/** Upper ends of at most five classes with about as many regions each; whole classes for equal values. */
export function classEnds(values: number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const ends: number[] = [];
  for (let i = 1; i <= 5; i++) {
    const end = sorted[Math.ceil(sorted.length * i / 5) - 1];
    if (end !== undefined && end !== ends.at(-1)) ends.push(end);
  }
  return ends;
}

/** The class of a value, 1 to 5: of fewer classes the darker ones are spread, so that the largest is always the darkest. */
export function classOf(value: number, ends: number[]): number {
  const place = Math.max(0, ends.findIndex(end => value <= end));
  return ends.length === 1 ? 3 : 1 + Math.round(place * 4 / (ends.length - 1));
}
