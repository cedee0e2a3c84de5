/** `<submit-once>` around forms: the second press of a button does nothing, and the first shows that it was felt. */
export class SubmitOnce extends HTMLElement {
  private readonly onSubmit = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    // The mark lies in an attribute, so that a page patched by enhanced navigation is free again by itself.
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.setAttribute("data-sent", "");
    event.submitter?.setAttribute("aria-busy", "true");
    const release = (): void => {
      form.removeAttribute("data-sent");
      for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    };
    // Validation in the page, a lost network or the back button must not leave a dead form.
    setTimeout(release, event.defaultPrevented ? 0 : 15_000);
    addEventListener("pageshow", release, { once: true });
  };

  connectedCallback(): void { this.addEventListener("submit", this.onSubmit); }

  disconnectedCallback(): void { this.removeEventListener("submit", this.onSubmit); }
}
