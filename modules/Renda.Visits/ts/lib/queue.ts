// The states of a finding on the phone and how each attempt moves it. Pure: no clock, network or storage in here.

/** draft: being written. waiting: will be sent by itself. sending. sign-in: needs the person to sign in. refused: needs the person to edit. sent. */
export type State = "draft" | "waiting" | "sending" | "sign-in" | "refused" | "sent";

export interface Progress {
  state: State;
  /** Failed attempts since the last success or edit. */
  attempts: number;
  /** Unix milliseconds before which no further attempt is made. */
  notBefore: number;
  /** Why it is not sent yet, for the person; null when there is nothing to say. */
  problem: string | null;
}

/** What came of one attempt. */
export type Outcome =
  | { kind: "sent" }
  | { kind: "later"; retryAfter?: number }
  | { kind: "sign-in" }
  | { kind: "refused"; problem: string };

/** The first wait after a failure and the longest one, in milliseconds. */
export const firstWait = 2_000;
export const longestWait = 300_000;

/** Milliseconds to wait after the n-th failure (1, 2, …): doubling, capped, spread over its upper half so that phones do not return together. */
export function backOff(attempts: number, random: number): number {
  const full = Math.min(longestWait, firstWait * 2 ** Math.min(attempts - 1, 20));
  return Math.round(full / 2 + full / 2 * random);
}

/** The state after an attempt. */
export function after(before: Progress, outcome: Outcome, now: number, random: number): Progress {
  switch (outcome.kind) {
    case "sent":
      return { state: "sent", attempts: 0, notBefore: 0, problem: null };
    case "sign-in":
      return { ...before, state: "sign-in", problem: null };
    case "refused":
      return { state: "refused", attempts: 0, notBefore: 0, problem: outcome.problem };
    case "later": {
      const attempts = before.attempts + 1;
      return { state: "waiting", attempts, notBefore: now + Math.max(outcome.retryAfter ?? 0, backOff(attempts, random)), problem: null };
    }
  }
}

/** Whether an item may be tried now. `nudged`: something happened that makes success likely (signal back, page opened), so waits are cut short. */
export function isDue(item: Progress, now: number, nudged: boolean): boolean {
  // An item found in "sending" was being sent by a page that is gone: only one sender runs at a time.
  if (item.state === "waiting") return nudged || item.notBefore <= now;
  return item.state === "sending" || (item.state === "sign-in" && nudged);
}

/** Milliseconds until the next item is due; null when nothing waits. */
export function nextDue(items: Progress[], now: number): number | null {
  const times = items.filter(i => i.state === "waiting").map(i => Math.max(0, i.notBefore - now));
  return times.length ? Math.min(...times) : null;
}

/** The outcome that an HTTP status means. `problem` is the server's own text for the person. */
export function outcomeOf(status: number, problem: string, retryAfterSeconds?: number): Outcome {
  if (status >= 200 && status < 300) return { kind: "sent" };
  if (status === 401) return { kind: "sign-in" };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return retryAfterSeconds === undefined ? { kind: "later" } : { kind: "later", retryAfter: retryAfterSeconds * 1000 };
  return { kind: "refused", problem };
}
