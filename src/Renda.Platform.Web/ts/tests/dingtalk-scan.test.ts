import assert from "node:assert/strict";
import { test } from "node:test";

// The module declares an element; outside a browser a bare class stands in for its base.
(globalThis as { HTMLElement?: unknown }).HTMLElement ??= class {};
const { read } = await import("../elements/dingtalk-scan");

test("What the frame tells is read whichever way it comes, and nothing else is", () => {
  assert.deepEqual(read({ code: "c", state: "s" }), { code: "c", state: "s" });
  assert.deepEqual(read('{"code":"c","state":"s","more":1}'), { code: "c", state: "s" });
  for (const other of [null, undefined, 1, "", "code", "{", { code: "c" }, { code: "", state: "s" }, { code: 1, state: "s" }, ["c", "s"]]) assert.equal(read(other), null);
});
