import assert from "node:assert/strict";
import { test } from "node:test";
import { after, backOff, firstWait, isDue, longestWait, nextDue, outcomeOf, type Progress } from "../lib/queue";
import { makeKey, open, seal } from "../lib/seal";
import { uuid7 } from "../lib/uuid7";

const waiting: Progress = { state: "waiting", attempts: 0, notBefore: 0, problem: null };

test("A uuid7 carries its time, version and variant, and sorts by time", () => {
  const id = uuid7(Date.UTC(2026, 10, 23, 1, 0, 12));
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(parseInt(id.replaceAll("-", "").slice(0, 12), 16), Date.UTC(2026, 10, 23, 1, 0, 12));
  assert.ok(uuid7(1_000) < uuid7(2_000));
  assert.equal(new Set(Array.from({ length: 1000 }, () => uuid7(5))).size, 1000);
});

test("Back-off doubles, stays within its spread and never exceeds the longest wait", () => {
  for (let n = 1; n <= 60; n++) {
    const full = Math.min(longestWait, firstWait * 2 ** (n - 1));
    assert.equal(backOff(n, 0), Math.round(full / 2));
    assert.equal(backOff(n, 1), full);
  }
});

test("A lost network keeps an item waiting, each time longer, until it is sent", () => {
  let item = waiting;
  let longest = 0;
  for (let i = 1; i <= 4; i++) {
    item = after(item, { kind: "later" }, 1_000, 0);
    assert.equal(item.state, "waiting");
    assert.equal(item.attempts, i);
    assert.ok(item.notBefore > longest);
    longest = item.notBefore;
  }
  assert.deepEqual(after(item, { kind: "sent" }, 9_000, 0), { state: "sent", attempts: 0, notBefore: 0, problem: null });
});

test("A server that names a wait is not asked earlier", () => {
  assert.equal(after(waiting, { kind: "later", retryAfter: 90_000 }, 1_000, 0).notBefore, 91_000);
});

test("A waiting item is due at its time, or at once when the signal comes back", () => {
  const item = { ...waiting, notBefore: 5_000 };
  assert.equal(isDue(item, 4_999, false), false);
  assert.equal(isDue(item, 5_000, false), true);
  assert.equal(isDue(item, 0, true), true);
});

test("An item whose sender was closed half way is sent again", () => {
  assert.equal(isDue({ ...waiting, state: "sending" }, 0, false), true);
});

test("Drafts, refused and sent items are never sent by themselves", () => {
  for (const state of ["draft", "refused", "sent"] as const) assert.equal(isDue({ ...waiting, state }, 1e12, true), false);
});

test("An item that needs a sign-in is tried when something happened, not on the timer", () => {
  const item = after(waiting, { kind: "sign-in" }, 0, 0);
  assert.equal(item.state, "sign-in");
  assert.equal(isDue(item, 1e12, false), false);
  assert.equal(isDue(item, 0, true), true);
  assert.equal(nextDue([item], 0), null);
});

test("A refusal keeps the server's words for the person", () => {
  const item = after(waiting, outcomeOf(422, "类别已停用"), 0, 0);
  assert.equal(item.state, "refused");
  assert.equal(item.problem, "类别已停用");
});

test("Statuses mean what the queue does about them", () => {
  for (const status of [200, 201, 204]) assert.equal(outcomeOf(status, "").kind, "sent");
  for (const status of [408, 429, 500, 502, 503, 507]) assert.equal(outcomeOf(status, "").kind, "later");
  for (const status of [400, 403, 404, 409, 413, 415, 422]) assert.equal(outcomeOf(status, "x").kind, "refused");
  assert.equal(outcomeOf(401, "").kind, "sign-in");
  assert.deepEqual(outcomeOf(429, "", 30), { kind: "later", retryAfter: 30_000 });
});

test("The next due time is the soonest of those that wait", () => {
  assert.equal(nextDue([{ ...waiting, notBefore: 9_000 }, { ...waiting, notBefore: 4_000 }, { ...waiting, state: "refused" }], 1_000), 3_000);
  assert.equal(nextDue([{ ...waiting, notBefore: 10 }], 1_000), 0);
});

test("What is sealed opens under the same key and name, and nothing else", async () => {
  const key = await makeKey();
  const plain = new TextEncoder().encode("塘子头的电线杆").buffer as ArrayBuffer;
  const sealed = await seal(key, "item 1", plain);
  assert.equal(new TextDecoder().decode(await open(key, "item 1", sealed)), "塘子头的电线杆");
  assert.ok(!Buffer.from(sealed).includes(Buffer.from("塘子头")));
  await assert.rejects(open(key, "item 2", sealed));
  await assert.rejects(open(await makeKey(), "item 1", sealed));
  const touched = sealed.slice(0);
  new Uint8Array(touched)[20]! ^= 1;
  await assert.rejects(open(key, "item 1", touched));
});

test("The phone's key cannot be exported", async () => {
  await assert.rejects(crypto.subtle.exportKey("raw", await makeKey()));
});

test("The same bytes sealed twice differ", async () => {
  const key = await makeKey();
  const plain = new Uint8Array(16).buffer;
  assert.notDeepEqual(Buffer.from(await seal(key, "a", plain)), Buffer.from(await seal(key, "a", plain)));
});
