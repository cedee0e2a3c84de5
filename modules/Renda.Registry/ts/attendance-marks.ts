import { t } from "../../../src/Renda.Platform.Web/ts/lib/page";

/**
 * `<attendance-marks>` around a session's list: arrows or j and k move from deputy to deputy, 1, 2 and 3 say present, on
 * leave and absent; the line beneath counts. Without script the list is a form like any other.
 */
class AttendanceMarks extends HTMLElement {
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (target?.matches("input:not([type=radio]), textarea, select")) return;
    // Outside of the list the arrows are the page's own.
    const within = target !== null && this.contains(target);
    if (event.key === "j" || (within && event.key === "ArrowDown")) this.move(1);
    else if (event.key === "k" || (within && event.key === "ArrowUp")) this.move(-1);
    else if (within && ["1", "2", "3"].includes(event.key)) this.mark(Number(event.key) - 1);
    else return;
    event.preventDefault();
  };

  private readonly onChange = (): void => this.count();

  connectedCallback(): void {
    document.addEventListener("keydown", this.onKey);
    this.addEventListener("change", this.onChange);
    this.count();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onKey);
    this.removeEventListener("change", this.onChange);
  }

  private rows(): HTMLElement[] { return [...this.querySelectorAll<HTMLElement>("fieldset.attend")]; }

  private current(): HTMLElement | undefined { return this.rows().find(r => r.contains(document.activeElement)); }

  private move(step: number): void {
    const rows = this.rows();
    const now = this.current();
    const next = now ? rows[rows.indexOf(now) + step] : rows[step > 0 ? 0 : rows.length - 1];
    (next?.querySelector<HTMLElement>("input[type=radio]:checked") ?? next?.querySelector<HTMLElement>("input[type=radio]"))?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  private mark(nth: number): void {
    const row = this.current();
    const radio = row?.querySelectorAll<HTMLInputElement>("input[type=radio]")[nth];
    if (!row || !radio) return;
    radio.checked = true;
    this.count();
    // A leave asks for more; anything else is done with one key.
    if (radio.value === "leave") row.querySelector<HTMLElement>(".attend-leave input")?.focus();
    else {
      radio.focus();
      this.move(1);
    }
  }

  private count(): void {
    const of = (value: string): number => this.querySelectorAll(`input[type=radio][value="${value}"]:checked`).length;
    const [present, leave, absent] = [of("present"), of("leave"), of("absent")];
    const open = this.rows().length - present - leave - absent;
    const tally = this.querySelector("[data-tally]");
    if (tally) tally.textContent = t(`本页：出席 ${present}，请假 ${leave}，缺席 ${absent}，未登记 ${open}`, `This page: ${present} present, ${leave} on leave, ${absent} absent, ${open} not recorded`);
  }
}

if (!customElements.get("attendance-marks")) customElements.define("attendance-marks", AttendanceMarks);
