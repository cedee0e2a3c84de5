import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOf } from "../lib/pictures";

function points(bright: (x: number, y: number) => number): Uint8ClampedArray {
  const all = new Uint8ClampedArray(9 * 8 * 4);
  for (let y = 0; y < 8; y++) for (let x = 0; x < 9; x++) all.set([bright(x, y), bright(x, y), bright(x, y), 255], 4 * (9 * y + x));
  return all;
}

test("a picture that gets brighter to the right is all ones, one that gets darker all zeros", () => {
  assert.equal(hashOf(points(x => x * 20)), "ffffffffffffffff");
  assert.equal(hashOf(points(x => 200 - x * 20)), "0000000000000000");
});

test("rows come from the top and points from the left, as the server reads them", () => {
  assert.equal(hashOf(points((x, y) => y === 0 && x === 1 ? 9 : 0)), "8000000000000000");
  assert.equal(hashOf(points((x, y) => y === 7 && x === 8 ? 9 : 0)), "0000000000000001");
});

test("green weighs more than blue", () => {
  const all = points(() => 0);
  all.set([0, 0, 255, 255], 0);
  all.set([0, 255, 0, 255], 4);
  assert.equal(hashOf(all), "8000000000000000");
});
