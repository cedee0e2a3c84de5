import { debounce, el, fileSize, icon, shortTime, t, toast } from "../../../src/Renda.Platform.Web/ts/lib/page";
import { nearestRegion, searchRegions, type Region } from "../../../src/Renda.Platform.Web/ts/lib/regions";
import { Outbox } from "./lib/outbox";
import { likenesses, likenessNote } from "./lib/likeness";
import { differenceHash, thumbnail } from "./lib/pictures";
import { lossNote, VisitQueue } from "./lib/queue-view";
import type { Finding, Item, Media } from "./lib/store";
import { uuid7 } from "./lib/uuid7";

interface Category { id: string; name: string; path?: string; requiredPhotos?: number }

/** A field that the campaign adds; free text where there are no choices. */
interface OwnField { id: string; label: string; required: boolean; choices: string[] }

interface Campaign { id: string; title: string; version: number; categories: Category[]; fields: OwnField[]; shown: string[] }

/** What the page puts into the element's `<script type="application/json">`. */
interface PageData {
  /** The open campaigns, the newest first; at least one. */
  campaigns: Campaign[];
  /** The deputy's own village, proposed when nothing better is known. */
  home: { region: number | string; name: string } | null;
  csrf: string;
  account?: string;
  /** Shows the form without keeping or sending anything. */
  preview?: boolean;
  /** Bytes. */
  limits?: { photo: number; video: number };
}

type PlaceSource = "gps" | "last" | "home" | "chosen";

const lastVillageKey = "renda.visits.village";
const usedCategoriesKey = "renda.visits.categories";

/**
 * `<visit-capture [item]>`: 随手拍. Takes over from the plain form inside it where the browser can keep drafts;
 * elsewhere that form stays, helped by the phone's position. `item` (or `?edit=` in the address) opens one from the queue.
 */
class VisitCapture extends HTMLElement {
  static readonly observedAttributes = ["item"];
  private data!: PageData;
  private campaign!: Campaign;
  /** The visit one is on, named in the address: `?visit=`. The page itself may be an older, kept one. */
  private visitId: string | null = null;
  private outbox: Outbox | undefined;
  private draft!: Item;
  private placeSource: PlaceSource = "home";
  private touched = false;
  private watch: number | undefined;
  private started = false;
  private readonly urls = new Map<string, string>();
  /** Saves follow one another, so that an older picture of the draft never overwrites a newer one. */
  private saving: Promise<void> = Promise.resolve();

  private readonly shots = el("div", { class: "cap-pictures" });
  private readonly place = el("div", { class: "cap-place" });
  private readonly chips = el("div", { class: "chips", role: "group", "aria-labelledby": "cap-category" });
  private readonly say = el("textarea", { rows: 2, maxlength: 2000, placeholder: t("看到了什么？", "What did you see?"), input: () => this.wrote("description", this.say.value) });
  private readonly own = el("div", { class: "form" });
  private readonly near = el("div", { class: "stack", "aria-live": "polite" });
  private readonly missing = el("p", { class: "why" });
  private readonly sendButton = el("button", { type: "button", class: "btn primary big", click: () => void this.send() }, t("发送", "Send"));
  private readonly more = el("details", { class: "cap-more" });
  private readonly askLikenesses = debounce(700, () => void this.findLikenesses());

  connectedCallback(): void {
    if (!this.started) {
      this.started = true;
      void this.start();
    }
  }

  disconnectedCallback(): void {
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    this.urls.clear();
  }

  attributeChangedCallback(_: string, before: string | null, now: string | null): void {
    if (this.outbox && now && now !== before) void this.openDraft(now).then(() => this.render());
  }

  private async start(): Promise<void> {
    const script = this.querySelector('script[type="application/json"]');
    if (!script?.textContent) return;
    this.data = JSON.parse(script.textContent) as PageData;
    const query = new URLSearchParams(location.search);
    this.visitId = query.get("visit");
    this.campaign = this.data.campaigns.find(c => c.id === query.get("campaign")) ?? this.data.campaigns[0]!;
    if (this.data.preview) return this.showPreview();
    try {
      this.outbox = await Outbox.open(this.data.account ?? "", this.data.csrf);
    } catch {
      return this.helpPlainForm();
    }
    void navigator.serviceWorker?.register("/sw.js").catch(() => undefined);
    await this.openDraft(this.getAttribute("item") ?? new URLSearchParams(location.search).get("edit"));
    const form = this.querySelector("form");
    if (form) form.hidden = true;
    this.render();
    this.locate();
  }

  private showPreview(): void {
    this.draft = this.blank();
    this.querySelector("form")!.hidden = true;
    this.render();
  }

  /** The plain form still works; it gets an id, a time and a position. */
  private helpPlainForm(): void {
    const form = this.querySelector("form");
    if (!form) return;
    const set = (name: string, value: string): void => {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement && !field.value) field.value = value;
    };
    set("id", uuid7());
    set("capturedAt", new Date().toISOString());
    navigator.geolocation?.getCurrentPosition(({ coords }) => {
      set("latitude", coords.latitude.toFixed(6));
      set("longitude", coords.longitude.toFixed(6));
      set("accuracy", coords.accuracy.toFixed(0));
    }, () => undefined, { enableHighAccuracy: true, timeout: 20_000 });
    this.prepend(lossNote());
  }

  private async openDraft(id: string | null): Promise<void> {
    const outbox = this.outbox!;
    const queued = id ? await outbox.store.get(id) : undefined;
    if (queued && queued.account === outbox.account && queued.state !== "sent" && queued.state !== "sending") {
      this.draft = queued.conflict ? { ...queued, id: uuid7() } : { ...queued };
      this.draft.state = "draft";
      delete this.draft.conflict;
      await outbox.store.save(this.draft);
      // The pictures stay where they are; only the refused copy's record goes.
      if (this.draft.id !== queued.id) await outbox.remove({ ...queued, media: [] });
      this.touched = true;
      this.placeSource = "chosen";
      this.choose(this.data.campaigns.find(c => c.id === this.draft.finding.campaignId) ?? this.campaign);
      return;
    }
    const unfinished = await outbox.draft();
    this.draft = unfinished ?? this.blank();
    this.touched = unfinished !== undefined;
    this.placeSource = unfinished?.finding.latitude != null ? "chosen" : this.placeSource;
    if (!unfinished) return;
    this.saved(unfinished.changedAt);
    // A draft stays in its campaign, unless the address asks for another.
    const asked = new URLSearchParams(location.search).get("campaign");
    this.choose(asked === this.campaign.id ? this.campaign : this.data.campaigns.find(c => c.id === unfinished.finding.campaignId) ?? this.campaign);
    if (this.visitId) this.draft.finding.visitId = this.visitId;
  }

  /** Puts the draft into a campaign as it is now; a kind that it does not have is asked again. */
  private choose(campaign: Campaign): void {
    const f = this.draft.finding;
    this.campaign = campaign;
    Object.assign(f, { campaignId: campaign.id, campaignVersion: campaign.version, campaignTitle: campaign.title });
    if (!campaign.categories.some(c => c.id === f.category)) Object.assign(f, { category: "", categoryName: "" });
  }

  private blank(): Item {
    const { campaign, data: { home }, visitId } = this;
    const last = remembered<Region | null>(lastVillageKey, null);
    this.placeSource = last ? "last" : "home";
    return {
      id: uuid7(), account: this.outbox?.account ?? "", state: "draft", attempts: 0, notBefore: 0, problem: null, changedAt: Date.now(), media: [],
      finding: {
        campaignId: campaign.id, campaignVersion: campaign.version, campaignTitle: campaign.title, category: "", categoryName: "",
        description: "", suggestion: "", severity: this.choices()[0]?.value ?? "", placeText: "",
        regionCode: last?.code ?? (home ? String(home.region) : ""), regionName: last?.name ?? home?.name ?? "",
        latitude: null, longitude: null, accuracy: null, capturedAt: new Date().toISOString(), ...(visitId ? { visitId } : {}),
      },
    };
  }

  private render(): void {
    const f = this.draft.finding;
    this.say.value = f.description;
    this.more.replaceChildren(el("summary", {}, icon("plus"), t("补充（可不填）", "Add more (optional)")), this.extras());
    this.more.open = f.suggestion !== "" || f.placeText !== "";
    this.more.hidden = this.campaign.shown.length === 0 && this.campaign.fields.every(own => own.required);
    let body = this.querySelector<HTMLElement>(":scope > .cap");
    if (!body) {
      body = el("div", { class: "cap" });
      this.append(body);
    }
    const queue = this.outbox ? [el("visit-queue" as "div", { account: this.outbox.account, csrf: this.data.csrf, summary: true })] : [];
    this.drawOwn();
    body.replaceChildren(...queue, ...this.campaignChips(), this.shots, this.place,
      el("p", { class: "label", id: "cap-category" }, t("属于哪一类？", "What kind of problem?")), this.chips,
      el("label", { class: "cap-say" }, el("span", { class: "vh" }, t("说一句看到了什么", "Say what you saw")), this.say,
        el("span", { class: "hint" }, t("一句话就够。可以点键盘上的话筒说。", "One sentence is enough. You can speak with the keyboard's microphone."))),
      this.own, this.near, this.more, el("div", { class: "cap-send" }, this.missing, this.sendButton));
    void this.drawShots();
    this.drawPlace();
    this.drawChips();
    this.drawMissing();
    this.askLikenesses();
  }

  /** Several campaigns may be open; mostly there is one and nothing to choose. */
  private campaignChips(): HTMLElement[] {
    const { campaigns } = this.data;
    if (campaigns.length < 2 && !this.visitId) return [];
    const chips = campaigns.length < 2 ? [] : [el("div", { class: "chips", role: "group", "aria-label": t("寻访活动", "Campaign") }, ...campaigns.map(c => el("button", {
      type: "button", class: "chip", "aria-pressed": String(c === this.campaign), click: () => { this.choose(c); if (this.touched) this.touch(); this.render(); },
    }, c.title)))];
    return [...chips, ...(this.visitId ? [el("p", { class: "why" }, icon("route"), el("span", {}, t("记在这次寻访里。", "Part of this visit.")), el("a", { class: "btn plain small", href: "/visits/tour" }, t("回到寻访", "Back to the visit")))] : [])];
  }

  // Pictures

  /** With `capture` a phone opens its camera at once; without it, it also offers the album. */
  private input(camera: boolean): HTMLInputElement {
    const input = el("input", {
      type: "file", accept: camera ? "image/*" : "image/*,video/*", multiple: true, ...(camera ? { capture: "environment" } : {}),
      "aria-label": camera ? t("拍照片", "Take a photo") : t("从相册选照片或视频", "Choose photos or videos"),
      change: () => { void this.addFiles([...input.files ?? []]); input.value = ""; },
    });
    return input;
  }

  private async addFiles(files: File[]): Promise<void> {
    if (this.data.preview) return toast(t("这是预览，不保存照片", "A preview keeps no photos"));
    const limits = this.data.limits ?? { photo: 30_000_000, video: 500_000_000 };
    for (const file of files) {
      const kind = file.type.startsWith("video/") ? "video" : "photo";
      if (file.size > limits[kind]) {
        toast(t(`这个文件 ${fileSize(file.size)}，超过了 ${fileSize(limits[kind])}，没有加入`, `This file has ${fileSize(file.size)}, more than ${fileSize(limits[kind])}; it was not added`));
        continue;
      }
      const media: Media = {
        id: uuid7(), kind, fileName: file.name || `${kind}.${kind === "video" ? "mp4" : "jpg"}`, type: file.type || (kind === "video" ? "video/mp4" : "image/jpeg"),
        size: file.size, capturedAt: new Date(file.lastModified || Date.now()).toISOString(), sentBytes: 0,
      };
      try {
        const small = await thumbnail(file, kind === "video");
        const looks = small && await differenceHash(small);
        if (looks) media.looks = looks;
        await this.outbox!.store.addMedia(media, file, small);
      } catch {
        await this.outbox!.store.removeMedia(media.id);
        toast(t("手机空间不够，这张没有存下", "The phone is full; this one was not kept"));
        continue;
      }
      if (this.draft.media.length === 0) this.draft.finding.capturedAt = media.capturedAt;
      this.draft.media.push(media);
      this.touch();
      this.askLikenesses();
      await this.drawShots();
      this.drawPlace();
    }
  }

  private async drawShots(): Promise<void> {
    const { media } = this.draft;
    if (media.length === 0) {
      this.shots.className = "cap-pictures";
      this.shots.replaceChildren(el("label", { class: "cap-first" }, icon("camera"), t("拍照片", "Take a photo"),
        el("small", {}, t("先拍下来，别的可以慢慢写", "Photo first; the rest can wait")), this.input(true)),
        el("label", { class: "cap-album" }, icon("photo-plus", true), t("从相册选，或拍视频", "Choose from the album, or a video"), this.input(false)));
      return;
    }
    const boxes = await Promise.all(media.map(async (m, n) => {
      const url = await this.thumbUrl(m.id);
      const words = t(`第 ${n + 1} 个${m.kind === "video" ? "视频" : "照片"}`, `${m.kind} ${n + 1}`);
      return el("div", { class: "shot" },
        url ? el("img", { src: url, alt: words }) : el("span", { class: "thumb" }, icon(m.kind === "video" ? "video" : "photo", true)),
        m.kind === "video" ? el("span", { class: "tag" }, icon("player-play"), fileSize(m.size)) : null,
        el("button", { type: "button", class: "drop", "aria-label": t(`去掉${words}`, `Remove ${words}`), click: () => void this.dropShot(m) }, el("span", {}, icon("x"))));
    }));
    this.shots.className = "cap-shots";
    this.shots.replaceChildren(...boxes, el("label", { class: "cap-add" }, icon("photo-plus", true), t("照片或视频", "Photo or video"), this.input(false)));
  }

  private async dropShot(media: Media): Promise<void> {
    this.draft.media = this.draft.media.filter(m => m.id !== media.id);
    this.touch();
    await this.drawShots();
    const undo = setTimeout(() => void this.outbox!.store.removeMedia(media.id), 10_000);
    toast(t("已去掉", "Removed"), { label: t("撤销", "Undo"), run: () => {
      clearTimeout(undo);
      this.draft.media.push(media);
      this.touch();
      void this.drawShots();
    } });
  }

  private async thumbUrl(mediaId: string): Promise<string | undefined> {
    const known = this.urls.get(mediaId);
    if (known) return known;
    const blob = await this.outbox!.store.thumb(mediaId);
    if (!blob) return undefined;
    const url = URL.createObjectURL(blob);
    this.urls.set(mediaId, url);
    return url;
  }

  // Place

  private locate(): void {
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    if (!navigator.geolocation || this.placeSource === "chosen") return this.drawPlace();
    let best = Infinity;
    this.watch = navigator.geolocation.watchPosition(position => {
      const { latitude, longitude, accuracy } = position.coords;
      if (accuracy >= best) return;
      best = accuracy;
      Object.assign(this.draft.finding, { latitude: round(latitude), longitude: round(longitude), accuracy: Math.round(accuracy) });
      if (this.touched) this.touch();
      this.drawPlace();
      void this.nameVillage(latitude, longitude);
      if (accuracy <= 15 && this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    }, () => this.drawPlace(), { enableHighAccuracy: true, timeout: 20_000, maximumAge: 10_000 });
    // A position that is still poor after half a minute will not get better standing here; the battery matters more.
    setTimeout(() => { if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch); }, 30_000);
  }

  private async nameVillage(latitude: number, longitude: number): Promise<void> {
    const region = await nearestRegion(latitude, longitude);
    if (region && this.placeSource !== "chosen") this.setRegion(region, "gps");
    else this.askLikenesses();
  }

  private setRegion(region: Region, source: PlaceSource): void {
    this.placeSource = source;
    this.draft.finding.regionCode = region.code;
    this.draft.finding.regionName = fullName(region);
    if (source === "chosen") this.touch();
    else if (this.touched) this.touch();
    this.drawPlace();
    this.drawMissing();
    this.askLikenesses();
  }

  private drawPlace(): void {
    const f = this.draft.finding;
    const from = { gps: t("按定位", "From your position"), last: t("上次的村，请核对", "Your last village, please check"), home: t("您所在的村，请核对", "Your own village, please check"), chosen: "" }[this.placeSource];
    const accuracy = f.accuracy === null ? t("还没有定位", "No position yet") : t(`定位精度 ${f.accuracy} 米`, `Accurate to ${f.accuracy} m`);
    const time = this.draft.media.length ? t(`拍摄于 ${shortTime(new Date(f.capturedAt))}`, `taken ${shortTime(new Date(f.capturedAt))}`) : "";
    this.place.replaceChildren(icon("map-pin"),
      el("div", {}, el("b", {}, f.regionName ? [f.regionName, f.placeText].filter(Boolean).join(" · ") : t("选择所在的村", "Choose the village")),
        el("small", {}, [from, accuracy, time].filter(Boolean).join(" · "))),
      el("button", { type: "button", class: "btn plain", "aria-label": t("更改地点", "Change the place"), click: () => this.chooseRegion() }, f.regionName ? t("改", "Change") : t("选村", "Choose")));
  }

  private chooseRegion(): void {
    const { home } = this.data;
    const last = remembered<Region | null>(lastVillageKey, null);
    const own = [last, home ? { code: String(home.region), name: home.name, path: "" } : null].filter((r): r is Region => r !== null);
    const list = el("div", { class: "picks flow" });
    const show = (regions: Region[]): void => list.replaceChildren(...regions.map(r =>
      el("button", { type: "button", class: "option", click: () => { dialog.close(); this.setRegion(r, "chosen"); } }, el("span", {}, r.name, r.path ? el("small", {}, r.path) : null))));
    const search = debounce(250, async (q: string) => show(q.trim() ? await searchRegions(q.trim(), undefined, 12) : own));
    const box = el("input", { class: "input", type: "search", placeholder: t("写村名或拼音首字母", "Village name or pinyin initials"), "aria-label": t("找村", "Find a village"), input: () => search(box.value) });
    show(own);
    const dialog = this.dialog(t("在哪个村？", "Which village?"), box, list);
    box.focus();
  }

  // Category

  private drawChips(): void {
    const used = remembered<string[]>(usedCategoriesKey, []);
    const rank = (c: Category): number => c.id === this.draft.finding.category ? -1 : (used.indexOf(c.id) + 1 || 99);
    const shown = [...this.campaign.categories].sort((a, b) => rank(a) - rank(b)).slice(0, this.campaign.categories.length > 6 ? 5 : 6);
    this.chips.replaceChildren(
      ...shown.map(c => el("button", { type: "button", class: "chip big", "data-category": c.id, "aria-pressed": String(c.id === this.draft.finding.category), click: () => this.setCategory(c) }, c.name)),
      this.campaign.categories.length > shown.length ? el("button", { type: "button", class: "chip big", click: () => this.chooseCategory() }, t("更多…", "More…")) : "");
  }

  private setCategory(category: Category): void {
    Object.assign(this.draft.finding, { category: category.id, categoryName: category.name });
    this.touch();
    const known = [...this.chips.querySelectorAll<HTMLElement>("[data-category]")];
    const pressed = known.find(c => c.dataset["category"] === category.id);
    if (pressed) for (const chip of known) chip.setAttribute("aria-pressed", String(chip === pressed));
    else this.drawChips();
    this.drawMissing();
    this.askLikenesses();
  }

  private chooseCategory(): void {
    const list = el("div", { class: "picks flow" });
    const show = (q: string): void => list.replaceChildren(...this.campaign.categories.filter(c => `${c.name}${c.path ?? ""}`.includes(q)).map(c =>
      el("button", { type: "button", class: "option", "aria-pressed": String(c.id === this.draft.finding.category), click: () => { dialog.close(); this.setCategory(c); } }, el("span", {}, c.name, c.path ? el("small", {}, c.path) : null))));
    const box = el("input", { class: "input", type: "search", placeholder: t("找一类", "Find a kind"), "aria-label": t("找一类", "Find a kind"), input: () => show(box.value.trim()) });
    show("");
    const dialog = this.dialog(t("属于哪一类？", "What kind of problem?"), box, list);
  }

  // Words

  /** The campaign's own fields: what must be answered lies open, the rest waits under “optional”. */
  private drawOwn(): void {
    this.own.replaceChildren(...this.campaign.fields.filter(f => f.required).map(f => this.ownField(f)));
    this.own.hidden = this.own.childElementCount === 0;
  }

  private ownField(field: OwnField): HTMLElement {
    const id = `cap-own-${field.id}`;
    const value = this.draft.finding.answers?.[field.id] ?? "";
    const answered = (): void => {
      this.draft.finding.answers = { ...this.draft.finding.answers, [field.id]: input.value };
      if (!input.value) delete this.draft.finding.answers[field.id];
      this.touch();
    };
    const input = field.choices.length
      ? el("select", { class: "select", id, change: answered }, el("option", { value: "" }, ""), ...field.choices.map(c => el("option", { value: c, selected: c === value }, c)))
      : el("input", { class: "input", id, value, maxlength: 200, input: answered });
    return el("div", { class: "field" }, el("label", { for: id }, field.label), input);
  }

  private wrote(field: "description" | "suggestion" | "placeText" | "severity", value: string): void {
    this.draft.finding[field] = value;
    this.touch();
    if (field === "description") {
      this.drawMissing();
      this.askLikenesses();
    }
    if (field === "placeText") this.drawPlace();
  }

  private extras(): HTMLElement {
    const f = this.draft.finding;
    const suggestion = el("textarea", { class: "text", id: "cap-advice", rows: 3, input: () => this.wrote("suggestion", suggestion.value) });
    const place = el("input", { class: "input", id: "cap-where", value: f.placeText, input: () => this.wrote("placeText", place.value) });
    suggestion.value = f.suggestion;
    const shown = (field: string): boolean => this.campaign.shown.includes(field);
    const levels = shown("severity") ? this.choices() : [];
    return el("div", { class: "form" },
      ...this.campaign.fields.filter(f => !f.required).map(f => this.ownField(f)),
      shown("suggestion") && el("div", { class: "field" }, el("label", { for: "cap-advice" }, t("怎么办好？", "What should be done?")), suggestion),
      shown("placeText") && el("div", { class: "field" }, el("label", { for: "cap-where" }, t("具体位置", "Exact place")), el("p", { class: "hint" }, t("例如：塘子头自然村，老王家门前", "For example: by the village shop")), place),
      levels.length ? el("fieldset", { class: "field" }, el("legend", {}, t("严重程度", "How serious")),
        el("div", { class: "choices across" }, ...levels.map(level => el("label", { class: "choice" },
          el("input", { type: "radio", name: "cap-severity", value: level.value, checked: level.value === f.severity, change: () => this.wrote("severity", level.value) }), level.text)))) : null);
  }

  /** The degrees of severity are the plain form's own. */
  private choices(): { value: string; text: string }[] {
    const field = this.querySelector("form")?.elements.namedItem("severity");
    if (field instanceof HTMLSelectElement) return [...field.options].filter(o => o.value).map(o => ({ value: o.value, text: o.text }));
    return field instanceof RadioNodeList ? [...field].map(r => r as HTMLInputElement).map(r => ({ value: r.value, text: r.labels?.[0]?.textContent?.trim() ?? r.value })) : [];
  }

  // Likenesses

  private async findLikenesses(): Promise<void> {
    const f = this.draft.finding;
    if (!f.category || f.latitude === null || !navigator.onLine || this.data.preview) return;
    this.near.replaceChildren(...(await likenesses(f, this.draft.media)).map(likenessNote));
  }

  // Saving and sending

  private touch(): void {
    this.touched = true;
    if (this.data.preview) return this.drawMissing();
    this.draft.changedAt = Date.now();
    const copy = structuredClone(this.draft);
    this.saving = this.saving.then(async () => {
      await this.outbox!.store.save(copy);
      this.saved(copy.changedAt);
    }).catch(() => toast(t("草稿没有存下：手机空间不够", "The draft was not kept: the phone is full")));
    this.drawMissing();
  }

  private saved(when: number): void {
    const status = document.querySelector(".cap-top .saved");
    if (status) status.textContent = t(`草稿已存 ${shortTime(new Date(when))}`, `Draft kept ${shortTime(new Date(when))}`);
  }

  private lacking(): { words: string; focus: () => void }[] {
    const { finding: f, media } = this.draft;
    const photos = this.campaign.categories.find(c => c.id === f.category)?.requiredPhotos ?? 1;
    const first = (selector: string, within: HTMLElement) => () => within.querySelector<HTMLElement>(selector)?.focus();
    return [
      ...(media.length < photos ? [{ words: t(`${photos - media.length} 张照片`, `${photos - media.length} photo(s)`), focus: first("input", this.shots) }] : []),
      ...(f.regionCode ? [] : [{ words: t("所在的村", "the village"), focus: first("button", this.place) }]),
      ...(f.category ? [] : [{ words: t("类别", "the kind"), focus: first("button", this.chips) }]),
      ...this.campaign.fields.filter(own => own.required && !f.answers?.[own.id]?.trim()).map(own => ({ words: own.label, focus: first(`#cap-own-${own.id}`, this.own) })),
      ...(f.description.trim() ? [] : [{ words: t("一句话", "a sentence"), focus: () => this.say.focus() }]),
    ];
  }

  private drawMissing(): void {
    const lacking = this.lacking();
    this.missing.replaceChildren(...(lacking.length && this.touched ? [icon("info-circle"), t(`还差：${lacking.map(l => l.words).join("、")}`, `Still missing: ${lacking.map(l => l.words).join(", ")}`)] : []));
    this.sendButton.setAttribute("aria-disabled", String(lacking.length > 0));
  }

  private async send(): Promise<void> {
    const lacking = this.lacking();
    if (this.data.preview) return toast(t("这是预览，不会发送", "A preview sends nothing"));
    if (lacking.length) {
      this.touched = true;
      this.drawMissing();
      lacking[0]?.focus();
      return;
    }
    this.sendButton.disabled = true;
    await this.saving;
    const f: Finding = this.draft.finding;
    remember(lastVillageKey, { code: f.regionCode, name: f.regionName, path: "" } satisfies Region);
    remember(usedCategoriesKey, [f.category, ...remembered<string[]>(usedCategoriesKey, []).filter(c => c !== f.category)].slice(0, 8));
    const sent = structuredClone(this.draft);
    await this.outbox!.post(sent);
    this.thanks(sent);
  }

  private thanks(item: Item): void {
    const title = el("h2", { tabindex: -1, role: "status" }, navigator.onLine ? t("正在发出", "On its way") : t("已存好，有信号就自动发出", "Kept; it goes out by itself when there is a signal"));
    const follow = (event: Event): void => {
      const { id, state } = (event as CustomEvent<{ id: string; state: Item["state"] }>).detail;
      if (id !== item.id) return;
      if (state === "sent") title.textContent = t("已送达", "It has arrived");
      if (state === "refused") title.textContent = t("没有发出，请看下面", "It did not go out; see below");
      if (state === "sign-in") title.textContent = t("请重新登录，登录后自动发出", "Sign in again; it then goes out by itself");
      if (!title.isConnected) this.outbox?.removeEventListener("change", follow);
    };
    this.outbox!.addEventListener("change", follow);
    const body = this.querySelector<HTMLElement>(":scope > .cap")!;
    body.replaceChildren(
      el("div", { class: "empty" }, icon("send"), title, el("p", {}, t("可以关掉页面。办得怎么样，在“我反映的”里看。", "You can close the page. “My findings” shows how it goes."))),
      el("visit-queue" as "div", { account: this.outbox!.account, csrf: this.data.csrf, item: item.id }),
      el("button", { type: "button", class: "btn primary big", click: () => this.another() }, icon("camera"), t("再拍一件", "Report another")),
      el("div", { class: "btns even" }, el("a", { class: "btn", href: "/visits/queue" }, t("发送队列", "Queue")), this.visitId ? el("a", { class: "btn", href: "/visits/tour" }, t("回到寻访", "Back to the visit")) : el("a", { class: "btn", href: "/visits?view=mine" }, t("我反映的", "My findings"))));
    const status = document.querySelector(".cap-top .saved");
    if (status) status.textContent = "";
    this.sendButton.disabled = false;
    title.focus();
    if (location.search) history.replaceState(null, "", location.pathname);
  }

  private another(): void {
    this.draft = this.blank();
    this.touched = false;
    this.near.replaceChildren();
    this.render();
    this.locate();
    scrollTo(0, 0);
  }

  private dialog(title: string, ...body: HTMLElement[]): HTMLDialogElement {
    const dialog = el("dialog", { class: "dialog" },
      el("header", {}, el("h2", {}, title), el("button", { type: "button", class: "btn plain square", "aria-label": t("关闭", "Close"), click: () => dialog.close() }, icon("x"))),
      el("div", { class: "body" }, ...body));
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
    this.append(dialog);
    dialog.showModal();
    return dialog;
  }
}

/** The village with its town, as `和平镇红山村`. */
function fullName(region: Region): string {
  if (region.path.endsWith(region.name)) return region.path;
  const town = region.path.split(/[\s/›>·]+/).filter(p => p && p !== region.name).at(-1);
  return town && !region.name.includes(town) ? `${town} ${region.name}` : region.name;
}

/** Degrees to about 0.1 m. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A convenience only.
  }
}

function remembered<T>(key: string, otherwise: T): T {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as T ?? otherwise;
  } catch {
    return otherwise;
  }
}

if (!customElements.get("visit-queue")) customElements.define("visit-queue", VisitQueue);
if (!customElements.get("visit-capture")) customElements.define("visit-capture", VisitCapture);
