/**
 * `<dingtalk-scan data-origin="https://login.renda.example" data-state="…" data-enter="/address">` around the frame of 浙政钉's sign-in page:
 * goes on with the code that the frame tells, once. What another page tells, or with another state, is not listened to; the
 * server looks at the state again.
 */
export class DingtalkScan extends HTMLElement {
  private done = false;

  private readonly onMessage = (event: MessageEvent): void => {
    const frame = this.querySelector("iframe");
    if (this.done || !frame || event.source !== frame.contentWindow || event.origin !== this.dataset["origin"]) return;
    const said = read(event.data);
    if (!said || said.state !== this.dataset["state"]) return;
    this.done = true;
    location.assign(`${this.dataset["enter"] ?? ""}?${new URLSearchParams({ code: said.code, state: said.state }).toString()}`);
  };

  connectedCallback(): void {
    addEventListener("message", this.onMessage);
  }

  disconnectedCallback(): void {
    removeEventListener("message", this.onMessage);
  }
}

/** What a frame tells: an object with code and state, or the same as JSON. */
export function read(data: unknown): { code: string; state: string } | null {
  let said = data;
  if (typeof said === "string") {
    try {
      said = JSON.parse(said) as unknown;
    } catch {
      return null;
    }
  }
  const { code, state } = (said ?? {}) as { code?: unknown; state?: unknown };
  return typeof code === "string" && code !== "" && typeof state === "string" ? { code, state } : null;
}
