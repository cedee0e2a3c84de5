import { t } from "../lib/page";

interface Told { code?: string; auth_code?: string; authCode?: string }
interface Dingtalk { getAuthCode?(options: { corpId: string; onSuccess?(told: Told): void; onFail?(error: unknown): void }): Promise<Told> | undefined }

/**
 * `<dingtalk-door data-corp="…">` around a form with a hidden field `code`: within 浙政钉, whose browser has `window.dd`, asks it
 * who is there and sends the form with the answer. Elsewhere it leaves what the page says: another way to sign in.
 */
export class DingtalkDoor extends HTMLElement {
  private timer: ReturnType<typeof setInterval> | undefined;
  private done = false;

  connectedCallback(): void {
    // It may come into being a moment after the page.
    let tries = 0;
    const look = (): void => {
      const dd = (window as unknown as { dd?: Dingtalk }).dd;
      if (typeof dd?.getAuthCode === "function") {
        clearInterval(this.timer);
        this.ask(dd);
      } else if (++tries > 20) clearInterval(this.timer);
    };
    this.timer = setInterval(look, 150);
    look();
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
  }

  private ask(dd: Dingtalk): void {
    this.say(t("正在用浙政钉登录…", "Signing in with DingTalk…"));
    const took = (told: Told | undefined): void => { this.send(told?.code ?? told?.auth_code ?? told?.authCode ?? ""); };
    const failed = (): void => { if (!this.done) this.say(t("浙政钉没有告诉我们您是谁，请用别的方式登录。", "DingTalk did not tell who you are; sign in another way.")); };
    // Older versions call back, newer ones promise; some do both.
    try {
      dd.getAuthCode!({ corpId: this.dataset["corp"] ?? "", onSuccess: took, onFail: failed })?.then(took, failed);
    } catch {
      failed();
    }
  }

  private send(code: string): void {
    const form = this.querySelector("form");
    if (this.done || !form || code === "") return;
    this.done = true;
    (form.elements.namedItem("code") as HTMLInputElement).value = code;
    form.submit();
  }

  private say(words: string): void {
    const line = this.querySelector(".said");
    if (line) line.textContent = words;
  }
}
