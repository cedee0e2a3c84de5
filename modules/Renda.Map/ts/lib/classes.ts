// How values are put into classes of a colour.

/** Upper ends of at most five classes with about as many regions each; whole classes for equal values. Nothing is a class of its own: where most have nothing, the others are still told apart. */
export function classEnds(values: number[]): number[] {
  const some = values.filter(v => v !== 0).sort((a, b) => a - b);
  const ends: number[] = some.length < values.length ? [0] : [];
  const most = 5 - ends.length;
  for (let i = 1; i <= most; i++) {
    const end = some[Math.ceil(some.length * i / most) - 1];
    if (end !== undefined && end !== ends.at(-1)) ends.push(end);
  }
  return ends;
}

/** The class of a value, 1 to 5: of fewer classes the darker ones are spread, so that the largest is always the darkest. */
export function classOf(value: number, ends: number[]): number {
  const place = Math.max(0, ends.findIndex(end => value <= end));
  return ends.length === 1 ? 3 : 1 + Math.round(place * 4 / (ends.length - 1));
}
