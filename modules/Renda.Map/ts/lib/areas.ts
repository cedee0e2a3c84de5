// Boundaries, and their colours by an indicator.
import L from "leaflet";
import { el, icon, t } from "../../../../src/Renda.Platform.Web/ts/lib/page";
import { classEnds, classOf } from "./classes";
import { read } from "./fetching";

interface Area { type: "Feature"; id: string; properties: { code: string; name: string; fullName: string }; geometry: GeoJSON.Geometry }
export interface Areas { type: "FeatureCollection"; features: Area[]; sources: { name: string; source: string; day: string }[] }
interface Answer { definition: { name: string; unit: string; meaning: string }; from: string; to: string; value: number | null; lines: { key: string; name: string; value: number | null }[] }

const kept = new Map<string, Promise<Areas | null>>();

/** The boundaries of a level within a region, as fine as a zoom needs; each asked for once. */
export function boundaries(within: string, level: string, zoom: number): Promise<Areas | null> {
  const fineness = zoom <= 9 ? 9 : zoom <= 12 ? 12 : 13;
  const url = `/api/v1/boundaries?within=${encodeURIComponent(within)}&level=${level}&zoom=${fineness}`;
  let areas = kept.get(url);
  if (!areas) {
    areas = read<Areas>(url).catch(() => null);
    kept.set(url, areas);
    // What failed is asked for again.
    void areas.then(answer => { if (!answer) kept.delete(url); });
  }
  return areas;
}

/** Values of an indicator by county, or by town within each county. */
export async function values(code: string, by: string, city: string, counties: string[], period: string, signal: AbortSignal): Promise<{ answer: Answer; of: Map<string, number> } | null> {
  const ask = (region: string): Promise<Answer | null> => read<Answer>(`/api/v1/indicators/${encodeURIComponent(code)}?by=region&region=${region}${period}`, signal);
  const answers = (await Promise.all((by === "town" ? counties : [city]).map(ask))).filter(a => a !== null);
  if (!answers[0]) return null;
  const of = new Map<string, number>();
  for (const line of answers.flatMap(a => a.lines)) if (line.value !== null) of.set(line.key, line.value);
  return { answer: answers[0], of };
}

/** Colours the areas and says what the colours mean. */
export function paint(layer: L.GeoJSON, legend: HTMLElement, found: { answer: Answer; of: Map<string, number> }): void {
  const { answer, of } = found;
  const known: { name: string; value: number }[] = [];
  const ends = classEnds([...of].filter(([key]) => has(layer, key)).map(([, value]) => value));
  layer.eachLayer(area => {
    const { code, name } = (area as L.Polygon).feature!.properties as { code: string; name: string };
    const value = of.get(code);
    if (value !== undefined) known.push({ name, value });
    const path = (area as L.Path).getElement();
    for (let i = 1; i <= 5; i++) path?.classList.remove(`q${i}`);
    if (value !== undefined) path?.classList.add(`q${classOf(value, ends)}`);
    const said = value === undefined ? t("没有数字", "no figure") : [value.toLocaleString("en"), answer.definition.unit].filter(Boolean).join(answer.definition.unit === "%" ? "" : " ");
    area.unbindTooltip();
    area.bindTooltip(el("span", {}, `${name} · ${said}`), { sticky: true });
  });
  known.sort((a, b) => b.value - a.value);
  let low: number | undefined;
  const rows = ends.map(end => {
    const first = low === undefined ? Math.min(...known.map(k => k.value)) : Math.min(...known.map(k => k.value).filter(v => v > low!));
    low = end;
    return el("li", {}, el("span", { class: `dm-swatch q${classOf(end, ends)}` }), first === end ? end.toLocaleString("en") : `${first.toLocaleString("en")} – ${end.toLocaleString("en")}`);
  });
  const none = layer.getLayers().length > known.length ? el("li", {}, el("span", { class: "dm-swatch q0" }), t("没有数字", "No figure")) : null;
  legend.replaceChildren(
    el("h2", {}, `${answer.definition.name}${answer.definition.unit ? t(`（${answer.definition.unit}）`, ` (${answer.definition.unit})`) : ""}`),
    el("p", { class: "soft" }, t(`${answer.from} 至 ${answer.to}`, `${answer.from} to ${answer.to}`)),
    known.length > 0 ? el("ol", {}, ...rows, none) : el("p", {}, t("这段时间没有数字。", "There are no figures for this period.")),
    ...(known.length > 0 ? [el("details", { class: "fold" }, el("summary", {}, el("span", {}, t("看数字", "As a table")), icon("chevron-down")),
      el("table", { class: "table" }, el("thead", {}, el("tr", {}, el("th", {}, t("地方", "Place")), el("th", { class: "num" }, answer.definition.name))), el("tbody", {}, ...known.map(k => el("tr", {}, el("td", {}, k.name), el("td", { class: "num" }, k.value.toLocaleString("en")))))))] : []));
  legend.hidden = false;
}

function has(layer: L.GeoJSON, code: string): boolean {
  return layer.getLayers().some(a => ((a as L.Polygon).feature!.properties as { code: string }).code === code);
}
