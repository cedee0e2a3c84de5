import { el, icon, t } from "../../../../src/Renda.Platform.Web/ts/lib/page";
import type { Finding, Media } from "./store";

/** A finding that may be the same as the one being written. */
export interface Likeness { title: string; distance: number; samePicture: boolean }

/** Asks for the two findings most like this one by place, kind, words and pictures; none without a network. */
export async function likenesses(finding: Finding, media: readonly Media[]): Promise<Likeness[]> {
  const query = new URLSearchParams({ campaign: finding.campaignId, category: finding.category ?? "", lat: String(finding.latitude), lon: String(finding.longitude), text: finding.description.slice(0, 200) });
  for (const { looks } of media.slice(0, 5)) if (looks) query.append("looks", looks);
  try {
    const response = await fetch(`/api/v1/visits/duplicates?${query}`, { headers: { Accept: "application/json" } });
    return response.ok ? (await response.json() as Likeness[]).slice(0, 2) : [];
  } catch {
    return [];
  }
}

/** What is said of it below the form. */
export function likenessNote(like: Likeness): HTMLElement {
  return el("p", { class: "note wait" }, icon("copy"), el("span", {},
    t(`${Math.round(like.distance)} 米外有一件相似的：${like.title}`, `${Math.round(like.distance)} m away there is one like it: ${like.title}`),
    like.samePicture ? t("，照片也像", ", and the photos look alike") : "",
    t("。如果是同一处，不必再报；照样发出也不会丢，工作人员会并在一起。", ". If it is the same, you need not report it; sent anyway it is not lost, the staff will join them.")));
}
