// A wall that somebody opened something from goes back to its board by itself.
import { t } from "./page";

const key = "wall", idle = 60_000, warned = 15_000;

/** The board that this window comes back to; null for none any more. */
export function remember(address: string | null): void {
  try {
    if (address) sessionStorage.setItem(key, address);
    else sessionStorage.removeItem(key);
  } catch {
    // Without storage the window stays where it is.
  }
}

/** Goes back after a minute in which nobody touched anything, and says so before. */
export function returnToWall(): void {
  let board: string | null = null;
  try {
    board = sessionStorage.getItem(key);
  } catch {
    return;
  }
  // On the wall itself there is nowhere to go back to.
  if (!board || document.querySelector("[data-wall]")) return;
  const back = board;
  let touched = Date.now();
  let note: HTMLElement | undefined;
  const onTouch = (): void => {
    touched = Date.now();
    note?.remove();
    note = undefined;
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) document.addEventListener(kind, onTouch, { passive: true });
  const timer = setInterval(() => {
    const left = touched + idle - Date.now();
    if (left <= 0) return location.assign(back);
    if (left > warned) return;
    if (!note) {
      const stay = document.createElement("button");
      stay.type = "button";
      stay.className = "btn small";
      stay.textContent = t("留在这里", "Stay here");
      stay.addEventListener("click", () => {
        remember(null);
        clearInterval(timer);
        note?.remove();
      });
      note = document.createElement("p");
      note.className = "wall-back";
      note.setAttribute("role", "status");
      note.append(document.createElement("span"), stay);
      document.body.append(note);
    }
    const text = note.querySelector("span");
    if (text) text.textContent = t(`${Math.ceil(left / 1000)} 秒后回到大屏`, `Back to the board in ${Math.ceil(left / 1000)} s`);
  }, 1000);
}
