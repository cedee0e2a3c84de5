const cookie = "renda-display";

/**
 * `<display-switch>` around buttons `data-mode="elder"` (关怀模式) and `data-theme="dark"|"light"`. The choice is kept in the cookie
 * `renda-display` (`elder`, `dark`, `light`, joined by dots), so that the server can put it on `<html>` before the first paint.
 */
export class DisplaySwitch extends HTMLElement {
  private readonly onClick = (event: MouseEvent): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-mode], [data-theme]");
    if (!button) return;
    const root = document.documentElement;
    for (const name of ["mode", "theme"] as const) {
      const value = button.dataset[name];
      if (!value) continue;
      if (root.dataset[name] === value) delete root.dataset[name];
      else root.dataset[name] = value;
    }
    const kept = [root.dataset["mode"], root.dataset["theme"]].filter(Boolean).join(".");
    document.cookie = `${cookie}=${kept};path=/;max-age=31536000;samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
    this.show();
  };

  connectedCallback(): void {
    this.addEventListener("click", this.onClick);
    this.show();
  }

  disconnectedCallback(): void { this.removeEventListener("click", this.onClick); }

  private show(): void {
    for (const button of this.querySelectorAll<HTMLElement>("[data-mode], [data-theme]")) {
      const on = button.dataset["mode"] ? document.documentElement.dataset["mode"] === button.dataset["mode"] : document.documentElement.dataset["theme"] === button.dataset["theme"];
      button.setAttribute("aria-pressed", String(on));
    }
  }
}

/** Puts the kept choice on `<html>`, for pages that the server rendered without it. */
export function applyDisplay(): void {
  const kept = document.cookie.split("; ").find(c => c.startsWith(`${cookie}=`))?.slice(cookie.length + 1).split(".") ?? [];
  const root = document.documentElement;
  if (kept.includes("elder")) root.dataset["mode"] = "elder";
  const theme = kept.find(k => k === "dark" || k === "light");
  if (theme) root.dataset["theme"] = theme;
}
