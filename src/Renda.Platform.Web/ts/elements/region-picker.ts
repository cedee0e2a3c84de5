import { debounce, el, t } from "../lib/page";
import { searchRegions, type Region } from "../lib/regions";

/**
 * `<region-picker name="regionCode" [within] [value]><input class="input" name="regionText"></region-picker>`: suggestions while typing;
 * the code goes into a hidden field of the given name. Without script the text itself is sent and the server looks it up.
 */
export class RegionPicker extends HTMLElement {
  static readonly observedAttributes = ["value", "within"];
  private static count = 0;
  private input: HTMLInputElement | null = null;
  private code!: HTMLInputElement;
  private list!: HTMLElement;
  private found: Region[] = [];
  private active = -1;
  private asking: AbortController | undefined;
  private readonly ask = debounce(200, () => void this.suggest());

  connectedCallback(): void {
    if (this.input) return;
    this.input = this.querySelector<HTMLInputElement>("input:not([type=hidden])");
    if (!this.input) return;
    const name = this.getAttribute("name") ?? "regionCode";
    this.code = this.querySelector<HTMLInputElement>("input[type=hidden]") ?? el("input", { type: "hidden", name });
    if (this.hasAttribute("value")) this.code.value = this.getAttribute("value") ?? "";
    const id = `region-list-${++RegionPicker.count}`;
    this.list = el("div", { class: "picks", role: "listbox", id, "aria-label": t("候选的区划", "Matching divisions"), hidden: true });
    this.append(this.code, this.list);
    for (const [key, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id })) this.input.setAttribute(key, value);
    this.input.addEventListener("input", () => { this.code.value = ""; this.ask(); });
    this.input.addEventListener("keydown", event => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  attributeChangedCallback(name: string, _: string | null, now: string | null): void {
    if (this.input && name === "value") this.code.value = now ?? "";
  }

  private async suggest(): Promise<void> {
    const q = this.input!.value.trim();
    this.asking?.abort();
    if (!q) return this.close();
    this.asking = new AbortController();
    const mine = this.asking;
    const found = await searchRegions(q, this.getAttribute("within") ?? undefined, 8, mine.signal);
    if (mine.signal.aborted) return;
    this.found = found;
    this.active = -1;
    this.list.replaceChildren(...(found.length ? found.map((region, n) => el("div", { role: "option", id: `${this.list.id}-${n}`, "aria-selected": "false", pointerdown: (event: PointerEvent) => { event.preventDefault(); this.choose(n); } },
      el("span", {}, region.name), region.path ? el("small", {}, region.path) : null)) : [el("p", { class: "hint" }, t("没有找到，换个写法试试", "Nothing found; try other words"))]));
    this.list.hidden = false;
    this.input!.setAttribute("aria-expanded", "true");
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden) {
      if (event.key === "ArrowDown") this.ask();
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.point((this.active + (event.key === "ArrowDown" ? 1 : -1) + this.found.length) % Math.max(1, this.found.length));
    else if (event.key === "Enter" && this.active >= 0) this.choose(this.active);
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
    const region = this.found[n];
    if (!region) return;
    this.input!.value = region.name;
    this.code.value = region.code;
    this.code.dispatchEvent(new Event("change", { bubbles: true }));
    this.close();
  }

  private close(): void {
    this.list.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
  }
}
