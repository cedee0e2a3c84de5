import { el, t } from "../../../src/Renda.Platform.Web/ts/lib/page";

/**
 * `<assign-board>` around a list of cards, each with a select of units: the cards stand in a column of their unit and can be
 * dragged to another; choosing in the select moves the card as well, so that keys suffice. Without script it is a form of
 * selects. A column that nobody has yet is opened by its name at the end.
 */
class AssignBoard extends HTMLElement {
  private columns = new Map<string, HTMLElement>();
  private board!: HTMLElement;
  private opener: HTMLSelectElement | null = null;

  connectedCallback(): void {
    const cards = [...this.querySelectorAll<HTMLElement>("[data-card]")];
    if (this.querySelector(".board") || cards.length === 0) return;
    this.board = el("div", { class: "board" });
    this.column("", this.getAttribute("unset") ?? "");
    for (const card of cards) {
      const select = card.querySelector("select")!;
      card.draggable = true;
      card.addEventListener("dragstart", event => {
        event.dataTransfer?.setData("text/plain", card.dataset.card!);
        card.classList.add("dragged");
      });
      card.addEventListener("dragend", () => card.classList.remove("dragged"));
      select.addEventListener("change", () => this.place(card, true));
    }
    this.querySelector(".board-cards")!.replaceWith(this.board);
    for (const card of cards) this.place(card, false);
    this.openers(cards[0]!.querySelector("select")!);
    this.count();
  }

  /** A choice of units that have no column yet. */
  private openers(of: HTMLSelectElement): void {
    const id = "board-open";
    this.opener = el("select", { class: "select", id }, el("option", { value: "" }, t("再列一个单位", "One more unit")), ...[...of.options].filter(o => o.value).map(o => el("option", { value: o.value }, o.text)));
    this.opener.addEventListener("change", () => {
      const { value, selectedOptions } = this.opener!;
      if (value) this.column(value, selectedOptions[0]!.text).scrollIntoView({ inline: "nearest", block: "nearest" });
      this.opener!.value = "";
    });
    this.append(el("div", { class: "field" }, el("label", { for: id, class: "vh" }, t("再列一个单位", "One more unit")), this.opener));
  }

  private column(unit: string, name: string): HTMLElement {
    const known = this.columns.get(unit);
    if (known) return known;
    const list = el("ul", { class: "board-list" });
    const column = el("section", { class: "board-column", "aria-label": name }, el("h2", {}, name, el("small", { class: "soft" })), list);
    column.addEventListener("dragover", event => {
      event.preventDefault();
      column.classList.add("over");
    });
    column.addEventListener("dragleave", () => column.classList.remove("over"));
    column.addEventListener("drop", event => {
      event.preventDefault();
      column.classList.remove("over");
      const card = this.querySelector<HTMLElement>(`[data-card="${CSS.escape(event.dataTransfer?.getData("text/plain") ?? "")}"]`);
      if (!card) return;
      card.querySelector("select")!.value = unit;
      this.place(card, false);
    });
    this.columns.set(unit, column);
    this.board.append(column);
    return column;
  }

  private place(card: HTMLElement, focus: boolean): void {
    const select = card.querySelector("select")!;
    this.column(select.value, select.value ? select.selectedOptions[0]!.text : this.getAttribute("unset") ?? "").querySelector("ul")!.append(card);
    if (focus) select.focus();
    this.count();
  }

  private count(): void {
    for (const column of this.columns.values()) column.querySelector("h2 small")!.textContent = ` ${column.querySelectorAll("[data-card]").length}`;
  }
}

customElements.define("assign-board", AssignBoard);
