// Bundles what the browser gets: TypeScript entries, the style sheets and the icon sprite.
// Runs before `dotnet build`, because static assets written during a build are not seen by that build.
import { context, build } from "esbuild";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";

const root = import.meta.dirname;
const web = join(root, "src/Renda.Platform.Web");
const watch = process.argv.includes("--watch");
const tests = process.argv.includes("--tests");

// The oldest engines still met in the field: chat clients' web views and the domestic desktop browsers.
const target = ["chrome100", "safari15.4", "firefox100"];
const common = {
  bundle: true, minify: true, target, logLevel: "warning", charset: "utf8", legalComments: "none",
  loader: { ".png": "file" }, assetNames: "[name]",
};

async function filesIn(folder, extension) {
  if (!existsSync(folder)) return [];
  return (await readdir(folder)).filter(f => f.endsWith(extension)).map(f => join(folder, f));
}

async function walk(folder, found = []) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (["bin", "obj", "dist", "node_modules", "wwwroot"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walk(path, found);
    else found.push(path);
  }
  return found;
}

async function moduleFolders() {
  const modules = join(root, "modules");
  return (await readdir(modules, { withFileTypes: true })).filter(d => d.isDirectory()).map(d => join(modules, d.name));
}

/** One sprite of the icons that are named somewhere: `icons.svg#name` and `<Icon Name="name">` in markup, `icon: "name"` and menu items' last words in code. */
async function icons() {
  const outline = join(root, "node_modules/@tabler/icons/icons/outline");
  const names = new Set((await readFile(join(web, "styles/icons.txt"), "utf8")).split("\n").filter(Boolean));
  const sources = [...await walk(join(root, "src")), ...await walk(join(root, "modules"))];
  for (const file of sources.filter(f => [".razor", ".cs", ".ts"].includes(extname(f)))) {
    const text = await readFile(file, "utf8");
    for (const match of text.matchAll(/icons\.svg#([a-z0-9-]+)|\b[Ii]con(?:\s*=\s*|\s*=>\s*|:\s*|\(|\s+Name=)"([a-z0-9-]+)"|"[a-z]+\.[a-z-]+", "([a-z0-9-]+)"\)/g)) {
      const name = match[1] ?? match[2] ?? match[3];
      if (existsSync(join(outline, `${name}.svg`))) names.add(name);
    }
  }
  const symbols = await Promise.all([...names].sort().map(async name => {
    const svg = await readFile(join(outline, `${name}.svg`), "utf8");
    const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
  }));
  await mkdir(join(web, "wwwroot/dist"), { recursive: true });
  await writeFile(join(web, "wwwroot/dist/icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
  return names.size;
}

async function bundles() {
  const jobs = [];
  for (const folder of [web, ...await moduleFolders()]) {
    const scripts = await filesIn(join(folder, "ts"), ".ts");
    const styles = await filesIn(join(folder, "styles"), ".css");
    if (scripts.length + styles.length === 0) continue;
    const outdir = join(folder, "wwwroot/dist");
    if (!watch) await rm(outdir, { recursive: true, force: true });
    // A service worker is a classic script: module workers are missing in older web views.
    const workers = scripts.filter(f => basename(f) === "sw.ts");
    const entries = [...scripts.filter(f => !workers.includes(f)), ...styles];
    if (entries.length) jobs.push({ ...common, entryPoints: entries, outdir, entryNames: "[name]", format: "esm" });
    if (workers.length) jobs.push({ ...common, entryPoints: workers, outdir, entryNames: "[name]", format: "iife" });
  }
  return jobs;
}

if (tests) {
  const outdir = join(root, "artifacts/web-tests");
  await rm(outdir, { recursive: true, force: true });
  const entryPoints = (await Promise.all([web, ...await moduleFolders()].map(f => filesIn(join(f, "ts/tests"), ".test.ts")))).flat();
  await build({ bundle: true, platform: "node", format: "esm", target: "node20", entryPoints, outdir, entryNames: "[name]", outExtension: { ".js": ".mjs" }, logLevel: "warning" });
} else {
  const started = performance.now();
  const jobs = await bundles();
  if (watch) {
    await icons();
    for (const job of jobs) await (await context({ ...job, minify: false, sourcemap: "inline" })).watch();
    console.log("watching");
  } else {
    await Promise.all(jobs.map(job => build(job)));
    const count = await icons();
    console.log(`${jobs.flatMap(j => j.entryPoints).map(f => relative(root, f)).length} bundles, ${count} icons, ${Math.round(performance.now() - started)} ms`);
  }
}
