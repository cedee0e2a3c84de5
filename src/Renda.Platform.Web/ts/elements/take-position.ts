import { t } from "../lib/page";

/**
 * `<take-position [auto]>` inside a form, around its fields `latitude` and `longitude`: fills them with where the phone is, at
 * the press of its own button or, with `auto`, before the form is sent. Without script the fields stay as they are.
 */
export class TakePosition extends HTMLElement {
  private asked = false;

  connectedCallback(): void {
    const button = this.querySelector<HTMLButtonElement>("button[type=button]");
    button?.addEventListener("click", () => void this.take());
    if (button && "geolocation" in navigator) button.hidden = false;
    if (!this.hasAttribute("auto")) return;
    const form = this.closest("form");
    form?.addEventListener("submit", event => {
      if (this.asked) return;
      event.preventDefault();
      this.asked = true;
      // Where there is no position the server says what to do; nobody is left with a button that does nothing.
      void this.take().finally(() => form.requestSubmit());
    });
    // After going back the page is as it was; the next press asks anew.
    addEventListener("pageshow", () => { this.asked = false; });
  }

  private take(): Promise<void> {
    this.say(t("正在定位……", "Finding your position…"));
    return new Promise(done => {
      if (!("geolocation" in navigator)) {
        this.say(t("这个浏览器没有定位。", "This browser has no position."));
        return done();
      }
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        this.set("latitude", coords.latitude);
        this.set("longitude", coords.longitude);
        this.say(t(`已定位，误差约 ${Math.round(coords.accuracy)} 米。`, `Found, within about ${Math.round(coords.accuracy)} m.`));
        done();
      }, error => {
        this.say(error.code === error.PERMISSION_DENIED ? t("没有允许定位。", "The position was not allowed.") : t("暂时没有定位，请到开阔的地方再试。", "No position at the moment; try where you see the sky."));
        done();
      }, { enableHighAccuracy: true, timeout: 20_000, maximumAge: 10_000 });
    });
  }

  private set(name: string, degrees: number): void {
    const field = this.querySelector<HTMLInputElement>(`[name=${name}]`);
    if (field) field.value = degrees.toFixed(6);
  }

  private say(words: string): void {
    const line = this.querySelector<HTMLElement>("[data-said]");
    if (line) line.textContent = words;
  }
}
