import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync("src/Renda.Platform.Web/styles/base/tokens.css", "utf8");

/** The tokens of one rule, laid over the light defaults the way the cascade does. */
function tokens(...selectors: string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const selector of selectors) {
    const start = css.indexOf(`\n${selector} {`);
    assert.notEqual(start, -1, selector);
    for (const match of css.slice(start, css.indexOf("}", start)).matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})/g)) found.set(match[1]!, match[2]!);
  }
  return found;
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255).map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const text: [string, string][] = [
  ...["ink", "ink-2", "ink-3"].flatMap(ink => ["paper", "card", "sunk"].map((on): [string, string] => [ink, on])),
  ...["ok", "soon", "late", "wait", "done"].flatMap((state): [string, string][] => [[state, `${state}-wash`], [state, "card"]]),
  ["ink-3", "gold-wash"], ["ink-2", "brand-wash"], ["brand-ink", "brand-wash"], ["brand-ink", "card"], ["on-brand", "brand"], ["on-brand", "brand-press"], ["gold-ink", "gold-wash"],
  ...["ok", "soon", "late", "wait"].map((state): [string, string] => ["ink", `${state}-wash`]),
];
const edges: [string, string][] = [["edge", "card"], ["edge", "paper"], ["focus", "card"], ["focus", "paper"]];

const themes: [string, string[], number][] = [
  ["light", [":root"], 4.5],
  ["dark", [":root", ':root[data-theme="dark"]'], 4.5],
  ["elder", [":root", ':root[data-mode="elder"]'], 6],
  ["elder dark", [":root", ':root[data-theme="dark"]', ':root[data-mode="elder"]', ':root[data-mode="elder"][data-theme="dark"]'], 4.5],
];

for (const [name, selectors, least] of themes) {
  test(`Text of the ${name} theme reaches ${least}:1 and edges of controls reach 3:1`, () => {
    const colours = tokens(...selectors);
    const poor = [...text.map(p => [...p, least] as const), ...edges.map(p => [...p, 3] as const)]
      .map(([ink, on, asked]) => ({ pair: `${ink} on ${on}`, asked, ratio: contrast(colours.get(ink)!, colours.get(on)!) }))
      .filter(p => p.ratio < p.asked);
    assert.deepEqual(poor, []);
  });
}
