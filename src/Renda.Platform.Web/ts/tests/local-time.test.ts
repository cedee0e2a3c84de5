import assert from "node:assert/strict";
import { test } from "node:test";

// The module declares an element; outside a browser a bare class stands in for its base.
(globalThis as { HTMLElement?: unknown }).HTMLElement ??= class {};
const { ago } = await import("../elements/local-time");
const now = new Date(2026, 10, 23, 9, 30);

test("Times are said the way people say them", () => {
  assert.equal(ago(new Date(2026, 10, 23, 9, 29, 30), now), "刚刚");
  assert.equal(ago(new Date(2026, 10, 23, 9, 22), now), "8 分钟前");
  assert.equal(ago(new Date(2026, 10, 23, 7, 5), now), "今天 07:05");
  assert.equal(ago(new Date(2026, 10, 22, 18, 0), now), "昨天 18:00");
  assert.equal(ago(new Date(2026, 10, 20, 8, 0), now), "11-20 08:00");
  assert.equal(ago(new Date(2025, 10, 20, 8, 0), now), "2025-11-20 08:00");
});
