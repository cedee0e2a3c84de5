// The small behaviours of every page. Each is a custom element or one listener; pages work without them.
import { CopyAddress } from "./elements/copy-address";
import { DeskOrder } from "./elements/desk-order";
import { DingtalkDoor } from "./elements/dingtalk-door";
import { DingtalkScan } from "./elements/dingtalk-scan";
import { applyDisplay, DisplaySwitch } from "./elements/display-switch";
import { KeepText } from "./elements/keep-text";
import { LightBox } from "./elements/light-box";
import { ListKeys, typing } from "./elements/list-keys";
import { LiveList } from "./elements/live-list";
import { LocalTime } from "./elements/local-time";
import { MapView } from "./elements/map-view";
import { PasskeyForm } from "./elements/passkey-form";
import { PickMany } from "./elements/pick-many";
import { QuickSearch } from "./elements/quick-search";
import { RegionPicker } from "./elements/region-picker";
import { SubmitOnce } from "./elements/submit-once";
import { TakePosition } from "./elements/take-position";
import { TileSearch } from "./elements/tile-search";
import { returnToWall } from "./lib/wall";

applyDisplay();
returnToWall();

const elements: Record<string, CustomElementConstructor> = {
  "copy-address": CopyAddress,
  "desk-order": DeskOrder,
  "dingtalk-door": DingtalkDoor,
  "dingtalk-scan": DingtalkScan,
  "display-switch": DisplaySwitch,
  "keep-text": KeepText,
  "light-box": LightBox,
  "list-keys": ListKeys,
  "live-list": LiveList,
  "local-time": LocalTime,
  "map-view": MapView,
  "passkey-form": PasskeyForm,
  "pick-many": PickMany,
  "quick-search": QuickSearch,
  "region-picker": RegionPicker,
  "submit-once": SubmitOnce,
  "take-position": TakePosition,
  "tile-search": TileSearch,
};
for (const [name, element] of Object.entries(elements)) if (!customElements.get(name)) customElements.define(name, element);

document.addEventListener("keydown", event => {
  const search = document.querySelector<HTMLInputElement>(".search input");
  if (!search || !((event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing(event.target)))) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// An open account menu closes when somebody looks elsewhere.
document.addEventListener("click", event => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.who[open]")) if (!menu.contains(event.target as Node)) menu.open = false;
});
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.who[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
