// What a board on a wall does by itself: goes on in turn, tells its age when the network is gone, fills the screen, points.
import { t } from "../../../src/Renda.Platform.Web/ts/lib/page";
import { remember } from "../../../src/Renda.Platform.Web/ts/lib/wall";

/** A touch or a key holds a board for so long before it goes on or back by itself. */
const held = 60_000;

/**
 * `<board-turn next every>`: shows the next board after so many seconds. It is fetched first and put in place of this one, so that
 * a network that is gone leaves the last state on the wall, and a full screen stays full.
 */
class BoardTurn extends HTMLElement {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private touched = 0;
  private readonly onTouch = (): void => { this.touched = Date.now(); };

  connectedCallback(): void {
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, this.onTouch);
    this.wait(Math.max(5, Number(this.getAttribute("every"))) * 1000);
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
    for (const kind of ["pointerdown", "keydown"]) document.removeEventListener(kind, this.onTouch);
  }

  private wait(ms: number): void { this.timer = setTimeout(() => { void this.go(ms); }, ms); }

  private async go(ms: number): Promise<void> {
    const left = this.touched + held - Date.now();
    if (left > 0) return this.wait(left);
    const next = this.getAttribute("next") ?? "";
    const answer = await fetch(next, { headers: { Accept: "text/html" }, credentials: "same-origin" }).catch(() => null);
    const page = answer?.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const fresh = page?.querySelector(".board");
    const old = this.closest(".board");
    // One of the boards was put away, or somebody was signed out: the others stay where they are.
    if (!page || !fresh || !old || !this.isConnected) return this.wait(ms);
    history.replaceState(null, "", next);
    document.title = page.title;
    old.replaceWith(document.importNode(fresh, true));
  }
}

/** `<board-age for>`: beside the time of the last state how long ago that is, while the feed of that list is lost. */
class BoardAge extends HTMLElement {
  private timer: ReturnType<typeof setInterval> | undefined;

  connectedCallback(): void { this.timer = setInterval(() => { this.tell(); }, 5_000); }

  disconnectedCallback(): void { clearInterval(this.timer); }

  private tell(): void {
    const lost = document.querySelector(`[data-live="${CSS.escape(this.getAttribute("for") ?? "")}"].off`);
    let age = this.querySelector("span");
    if (!lost) return age?.remove();
    if (!age) this.append(age = document.createElement("span"));
    const minutes = Math.floor((Date.now() - Date.parse(this.querySelector("time")?.dateTime ?? "")) / 60_000);
    age.textContent = minutes < 1 ? t(" 的数", " as it was") : t(` 的数，已过 ${minutes} 分钟`, ` as it was ${minutes} min ago`);
  }
}

/** `<board-tools>`: full screen and the presenter's pointer, for whoever has a hand at the wall. */
class BoardTools extends HTMLElement {
  private ring: HTMLElement | undefined;
  private readonly onMove = (event: PointerEvent): void => {
    this.ring?.style.setProperty("translate", `${event.clientX}px ${event.clientY}px`);
  };
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "p" || event.key === "P") this.point();
    else if (event.key === "f" || event.key === "F") this.fill();
    else if (event.key === "Escape" && this.ring) this.point();
  };

  connectedCallback(): void {
    const button = (label: string, hint: string, press: () => void): void => {
      const b = document.createElement("button");
      b.type = "button";
      b.textContent = label;
      b.title = hint;
      b.addEventListener("click", press);
      this.append(b);
    };
    this.replaceChildren();
    button(t("指示", "Point"), t("按 P 也行", "or press P"), () => { this.point(); });
    if (document.fullscreenEnabled) button(t("全屏", "Full screen"), t("按 F 也行", "or press F"), () => { this.fill(); });
    document.addEventListener("keydown", this.onKey);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onKey);
    if (this.ring) this.point();
  }

  private fill(): void {
    if (document.fullscreenElement) return void document.exitFullscreen();
    void document.documentElement.requestFullscreen().catch(() => undefined);
    // From now on what is opened from here comes back by itself.
    remember(location.pathname + location.search);
  }

  private point(): void {
    if (this.ring) {
      document.removeEventListener("pointermove", this.onMove);
      this.ring.remove();
      this.ring = undefined;
      return;
    }
    this.ring = document.createElement("div");
    this.ring.className = "b-pointer";
    document.body.append(this.ring);
    document.addEventListener("pointermove", this.onMove);
  }
}

for (const [name, element] of Object.entries({ "board-turn": BoardTurn, "board-age": BoardAge, "board-tools": BoardTools })) if (!customElements.get(name)) customElements.define(name, element);

// A board that is played in turn is a wall: what is opened from it comes back.
if (document.querySelector("board-turn") && document.querySelector("[data-wall-leave]")) remember(location.pathname + location.search);
document.addEventListener("click", event => {
  if ((event.target as Element).closest("[data-wall-leave]")) remember(null);
});
