import assert from "node:assert/strict";
import { test } from "node:test";
import gcoord from "gcoord";
import { classEnds, classOf } from "../lib/classes";
import { tileAt, tilesOf } from "../lib/fetching";
import { toGcj02 } from "../lib/shift";

test("the shift is that of another program", () => {
  for (let lat = 20; lat < 50; lat += 1.37) for (let lon = 80; lon < 130; lon += 1.91) {
    const [east, north] = gcoord.transform([lon, lat], gcoord.WGS84, gcoord.GCJ02);
    const ours = toGcj02(lat, lon);
    assert.ok(Math.abs(ours.lat - north!) < 1e-8 && Math.abs(ours.lon - east!) < 1e-8, `${lat} ${lon}`);
  }
  assert.deepEqual(toGcj02(48.2, 16.4), { lat: 48.2, lon: 16.4 });
});

test("a screen is covered by its tiles, and by no others", () => {
  const box = { south: 30.5, west: 119.2, north: 31.2, east: 120.5 };
  for (const zoom of [5, 9, 12]) {
    const tiles = new Set(tilesOf(box, zoom).map(t => `${t.x} ${t.y}`));
    for (let lat = box.south; lat <= box.north; lat += 0.07) for (let lon = box.west; lon <= box.east; lon += 0.07) {
      const at = tileAt(lat, lon, zoom);
      assert.ok(tiles.has(`${at.x} ${at.y}`));
    }
  }
  assert.deepEqual(tilesOf({ south: 30.8, west: 120.1, north: 30.8001, east: 120.1001 }, 5), [{ x: 26, y: 13 }]);
});

test("classes hold about as many regions each, and equal values are never parted", () => {
  assert.deepEqual(classEnds([5, 1, 4, 2, 3]), [1, 2, 3, 4, 5]);
  assert.deepEqual(classEnds([7, 7, 7]), [7]);
  assert.deepEqual(classEnds([]), []);
  const ends = classEnds([0, 0, 0, 0, 9]);
  assert.deepEqual(ends, [0, 9]);
  assert.deepEqual([classOf(0, ends), classOf(9, ends)], [1, 5]);
  assert.deepEqual(classEnds([...Array<number>(60).fill(0), 1, 2, 3, 4, 5, 6, 7, 8]), [0, 2, 4, 6, 8]);
});
