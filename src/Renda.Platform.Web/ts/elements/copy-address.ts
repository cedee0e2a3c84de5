/** `<copy-address data-done="…">`: its button, hidden without script, copies the address of the page, which says the whole of what is shown. */
export class CopyAddress extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => void this.copy());
  }

  private async copy(): Promise<void> {
    const told = this.querySelector<HTMLElement>("[role=status]");
    // Without a certificate browsers offer no clipboard: the old way is asked then.
    const done = await navigator.clipboard?.writeText(location.href).then(() => true, () => false) || copyByHand(location.href);
    if (told) told.textContent = done ? this.dataset["done"] ?? "" : location.href;
  }
}

function copyByHand(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "vh";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
