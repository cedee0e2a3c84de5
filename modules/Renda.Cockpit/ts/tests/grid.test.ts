import assert from "node:assert/strict";
import { test } from "node:test";
import { move, within } from "../lib/grid";

const board = [{ c: 1, r: 1, w: 3, h: 4 }, { c: 4, r: 1, w: 6, h: 8 }, { c: 10, r: 1, w: 3, h: 4 }];

test("a tile goes to free ground, and no further than the grid", () => {
  assert.deepEqual(move(board, 0, { c: 1, r: 6, w: 3, h: 4 })?.[0], { c: 1, r: 6, w: 3, h: 4 });
  assert.deepEqual(move(board, 0, { c: -3, r: 30, w: 3, h: 4 })?.[0], { c: 1, r: 9, w: 3, h: 4 });
  assert.deepEqual(within({ c: 12, r: 12, w: 40, h: 0 }), { c: 1, r: 12, w: 12, h: 1 });
});

test("on one other tile the two change places, whatever their sizes; on two it stays", () => {
  assert.deepEqual(move(board, 0, { c: 5, r: 2, w: 3, h: 4 }), [board[1], board[0], board[2]]);
  assert.equal(move(board, 1, { c: 1, r: 5, w: 6, h: 8 })?.length, 3);
  assert.equal(move([...board, { c: 1, r: 5, w: 3, h: 4 }], 1, { c: 2, r: 3, w: 6, h: 8 }), null);
});

test("a tile does not grow over another", () => {
  assert.equal(move(board, 0, { c: 1, r: 1, w: 4, h: 4 }), null);
  assert.deepEqual(move(board, 0, { c: 1, r: 1, w: 3, h: 12 })?.[0], { c: 1, r: 1, w: 3, h: 12 });
});
