// Draws the mark (人 in gold on congress red) as SVG and as the PNG sizes that installable pages need.
// Run by hand after changing the mark; its outputs are committed.
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { join } from "node:path";

const out = join(import.meta.dirname, "wwwroot/icons");
const red = [168, 32, 43], gold = [246, 221, 166];
// Two brush strokes in a 100 × 100 square, quadratic curves: start, control, end; half width at start and end.
const strokes = [
  { curve: [[51, 20], [49, 55], [21, 79]], from: 5.6, to: 3.4 },
  { curve: [[50.5, 40], [57, 66], [80, 79]], from: 4.6, to: 5.4 },
];

const at = ([a, b, c], t) => [0, 1].map(i => (1 - t) ** 2 * a[i] + 2 * t * (1 - t) * b[i] + t * t * c[i]);
const discs = strokes.flatMap(({ curve, from, to }) =>
  Array.from({ length: 121 }, (_, i) => i / 120).map(t => ({ centre: at(curve, t), radius: from + (to - from) * t })));

function colourAt(x, y, corner, scale) {
  const dx = Math.max(corner - x, x - (100 - corner), 0), dy = Math.max(corner - y, y - (100 - corner), 0);
  if (corner > 0 && Math.hypot(dx, dy) > corner) return [0, 0, 0, 0];
  const mx = 50 + (x - 50) / scale, my = 50 + (y - 50) / scale;
  return discs.some(d => Math.hypot(mx - d.centre[0], my - d.centre[1]) <= d.radius) ? [...gold, 255] : [...red, 255];
}

function png(size, corner, scale) {
  const samples = 4, rows = [];
  for (let y = 0; y < size; y++) {
    const row = Buffer.alloc(1 + size * 4);
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0, 0];
      for (let i = 0; i < samples * samples; i++) {
        const [r, g, b, a] = colourAt((x + (i % samples + 0.5) / samples) * 100 / size, (y + (Math.floor(i / samples) + 0.5) / samples) * 100 / size, corner, scale);
        sum[0] += r * a; sum[1] += g * a; sum[2] += b * a; sum[3] += a;
      }
      for (let c = 0; c < 3; c++) row[1 + x * 4 + c] = sum[3] ? Math.round(sum[c] / sum[3]) : 0;
      row[1 + x * 4 + 3] = Math.round(sum[3] / (samples * samples));
    }
    rows.push(row);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0); header.writeUInt32BE(size, 4); header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]), frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0); body.copy(frame, 4); frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

function outline({ curve, from, to }) {
  const edge = side => Array.from({ length: 13 }, (_, i) => i / 12).map(t => {
    const [x, y] = at(curve, t), [nx, ny] = at(curve, Math.min(1, t + 0.01)), [px, py] = at(curve, Math.max(0, t - 0.01));
    const length = Math.hypot(nx - px, ny - py), r = (from + (to - from) * t) * side;
    return `${(x - (ny - py) / length * r).toFixed(1)} ${(y + (nx - px) / length * r).toFixed(1)}`;
  });
  return `M${[...edge(1), ...edge(-1).reverse()].join("L")}Z`;
}

writeFileSync(join(out, "mark.svg"), `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" rx="24" fill="#a8202b"/><path d="${strokes.map(outline).join("")}" fill="#f6dda6" stroke="#f6dda6" stroke-width="1" stroke-linejoin="round"/></svg>\n`);
writeFileSync(join(out, "mark-192.png"), png(192, 24, 1));
writeFileSync(join(out, "mark-512.png"), png(512, 24, 1));
writeFileSync(join(out, "mark-maskable-512.png"), png(512, 0, 0.8));
writeFileSync(join(out, "mark-180.png"), png(180, 0, 0.9));
