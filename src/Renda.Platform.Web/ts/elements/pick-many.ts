import { debounce, el, t } from "../lib/page";

interface Pick { id: string; name: string; note: string }

/**
 * `<pick-many name src><ul class="picked-list">…</ul><input class="input" name="…Text"></pick-many>`: suggestions from `src?q=` while
 * typing; each one chosen becomes a ticked box of the given name in the list. Without script the text itself is sent and the
 * server looks it up.
 */
export class PickMany extends HTMLElement {
  private static count = 0;
  private input: HTMLInputElement | null = null;
  private picked!: HTMLElement;
  private list!: HTMLElement;
  private found: Pick[] = [];
  private active = -1;
  private asking: AbortController | undefined;
  private readonly ask = debounce(200, () => void this.suggest());

  connectedCallback(): void {
    if (this.input) return;
    this.input = this.querySelector<HTMLInputElement>("input.input");
    if (!this.input) return;
    this.picked = this.querySelector<HTMLElement>(".picked-list") ?? this.insertBefore(el("ul", { class: "picked-list" }), this.input);
    const id = `pick-list-${++PickMany.count}`;
    this.list = el("div", { class: "picks", role: "listbox", id, "aria-label": t("候选", "Matches"), hidden: true });
    this.append(this.list);
    for (const [key, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id })) this.input.setAttribute(key, value);
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("keydown", event => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  private async suggest(): Promise<void> {
    const q = this.input!.value.trim();
    this.asking?.abort();
    if (!q) return this.close();
    const mine = this.asking = new AbortController();
    const response = await fetch(`${this.getAttribute("src") ?? ""}?q=${encodeURIComponent(q)}`, { headers: { Accept: "application/json" }, signal: mine.signal }).catch(() => null);
    if (mine.signal.aborted) return;
    this.found = response?.ok ? await response.json() as Pick[] : [];
    this.active = -1;
    this.list.replaceChildren(...(this.found.length ? this.found.map((pick, n) => el("div", { role: "option", id: `${this.list.id}-${n}`, "aria-selected": "false", pointerdown: (event: PointerEvent) => { event.preventDefault(); this.choose(n); } },
      el("span", {}, pick.name), pick.note ? el("small", {}, pick.note) : null)) : [el("p", { class: "hint" }, t("没有找到，换个写法试试", "Nothing found; try other words"))]));
    this.list.hidden = false;
    this.input!.setAttribute("aria-expanded", "true");
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden) {
      if (event.key === "ArrowDown") this.ask();
      return;
    }
    const most = Math.max(1, this.found.length);
    if (event.key === "ArrowDown") this.point((this.active + 1) % most);
    else if (event.key === "ArrowUp") this.point((Math.max(0, this.active) - 1 + most) % most);
    else if (event.key === "Enter" && (this.active >= 0 || this.found.length === 1)) this.choose(Math.max(0, this.active));
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  private point(n: number): void {
    this.active = n;
    [...this.list.querySelectorAll("[role=option]")].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === n));
      if (i === n) option.scrollIntoView({ block: "nearest" });
    });
    this.input!.setAttribute("aria-activedescendant", `${this.list.id}-${n}`);
  }

  private choose(n: number): void {
    const pick = this.found[n];
    if (!pick) return;
    const name = this.getAttribute("name") ?? "";
    const known = [...this.picked.querySelectorAll<HTMLInputElement>("input")].find(box => box.value === pick.id);
    if (known) known.checked = true;
    else this.picked.append(el("li", {}, el("label", { class: "choice" }, el("input", { type: "checkbox", name, value: pick.id, checked: true }), el("span", {}, pick.name))));
    this.input!.value = "";
    this.close();
  }

  private close(): void {
    this.list.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
  }
}
