import { el, icon, t } from "../lib/page";

/** `<light-box>` around `a.shot` links: shows the linked picture or video (`data-kind="video"`) large; arrows turn the page, Esc closes. Without script the links open. */
export class LightBox extends HTMLElement {
  private readonly onClick = (event: MouseEvent): void => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a.shot");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.show(link);
  };

  connectedCallback(): void { this.addEventListener("click", this.onClick); }

  disconnectedCallback(): void { this.removeEventListener("click", this.onClick); }

  private show(first: HTMLAnchorElement): void {
    const links = [...this.querySelectorAll<HTMLAnchorElement>("a.shot")];
    let at = links.indexOf(first);
    const view = el("div", { class: "view" });
    const words = el("p", { "aria-live": "polite" });
    const count = el("span", { class: "end" });
    const turn = (step: number): void => {
      at = (at + step + links.length) % links.length;
      const link = links[at]!;
      const picture = link.querySelector("img");
      view.replaceChildren(link.dataset["kind"] === "video"
        ? el("video", { src: link.href, controls: true, autoplay: true, playsinline: true, ...(picture ? { poster: picture.src } : {}) })
        : el("img", { src: link.href, alt: picture?.alt ?? "" }));
      words.textContent = [picture?.alt, link.querySelector(".mark-line")?.textContent].filter(Boolean).join(" · ");
      count.textContent = `${at + 1} / ${links.length}`;
    };
    const dialog = el("dialog", { class: "lightbox", "aria-label": t("看大图", "Large picture") },
      el("header", {}, words, count, el("button", { type: "button", "aria-label": t("关闭", "Close"), click: () => dialog.close() }, icon("x"))),
      view,
      el("footer", {}, links.length > 1 ? el("button", { type: "button", "aria-label": t("上一张", "Previous"), click: () => turn(-1) }, icon("chevron-left")) : null,
        links.length > 1 ? el("button", { type: "button", "aria-label": t("下一张", "Next"), click: () => turn(1) }, icon("chevron-right")) : null));
    dialog.addEventListener("keydown", event => {
      if (event.key === "ArrowRight") turn(1);
      else if (event.key === "ArrowLeft") turn(-1);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      links[at]?.focus();
    });
    document.body.append(dialog);
    turn(0);
    dialog.showModal();
  }
}
