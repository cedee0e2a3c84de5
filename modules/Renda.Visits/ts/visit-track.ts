import { t } from "../../../src/Renda.Platform.Web/ts/lib/page";

/** `[unix seconds, latitude, longitude]` */
type Point = [number, number, number];

const prefix = "renda.visits.track.";
/** One point a minute tells the way and spares the battery. */
const every = 60_000;

/**
 * `<visit-track visit account csrf [watching]>`: the way of a visit, where the deputy allowed it. Points are kept on the
 * phone until the server has them; with `watching` new ones are taken while the page is open. Without script there is no way.
 */
class VisitTrack extends HTMLElement {
  private watch: number | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private last = 0;
  private readonly online = (): void => void this.sendAll();

  connectedCallback(): void {
    addEventListener("online", this.online);
    this.timer = setInterval(this.online, every);
    void this.sendAll();
    if (!this.hasAttribute("watching")) return;
    if (!navigator.geolocation) return this.say(t("这个浏览器没有定位，不记录轨迹。", "This browser has no position; the way is not recorded."));
    this.watch = navigator.geolocation.watchPosition(position => this.take(position), error => this.say(error.code === error.PERMISSION_DENIED
      ? t("没有允许定位，不记录轨迹。", "The position was not allowed; the way is not recorded.")
      : t("暂时没有定位。", "No position at the moment.")), { enableHighAccuracy: true, maximumAge: 30_000, timeout: 60_000 });
  }

  disconnectedCallback(): void {
    removeEventListener("online", this.online);
    clearInterval(this.timer);
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
  }

  private get key(): string {
    return `${prefix}${this.getAttribute("account") ?? ""}.${this.getAttribute("visit") ?? ""}`;
  }

  private take({ coords, timestamp }: GeolocationPosition): void {
    // A position worse than a village is wide says nothing of the way.
    if (timestamp - this.last < every || coords.accuracy > 300) return;
    this.last = timestamp;
    const points = read(this.key);
    points.push([Math.round(timestamp / 1000), round(coords.latitude), round(coords.longitude)]);
    write(this.key, points.slice(-1_500));
    this.say("");
    void this.sendAll();
  }

  /** What waits of this person's visits, also of those that ended without a signal. */
  private async sendAll(): Promise<void> {
    const mine = `${prefix}${this.getAttribute("account") ?? ""}.`;
    for (const key of keys().filter(k => k.startsWith(mine))) {
      const points = read(key);
      if (!points.length || !navigator.onLine) continue;
      try {
        const response = await fetch(`/api/v1/visits/visits/${key.slice(mine.length)}/track`, {
          method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", "X-CSRF-TOKEN": this.getAttribute("csrf") ?? "" }, body: JSON.stringify({ points }),
        });
        // Where the server will never take them, keeping them is of no use; a lost session or an expired page may heal.
        if (response.ok || response.status === 404 || response.status === 409) {
          const sent = new Set(points.map(p => p[0]));
          write(key, read(key).filter(p => !sent.has(p[0])));
        }
      } catch {
        break;
      }
    }
    this.count();
  }

  private count(): void {
    const waiting = read(this.key).length;
    const line = this.querySelector<HTMLElement>("[data-waiting]");
    if (line) line.textContent = waiting ? t(`${waiting} 个点等有信号再发`, `${waiting} points wait for a signal`) : "";
  }

  private say(words: string): void {
    const line = this.querySelector<HTMLElement>("[data-said]");
    if (line) line.textContent = words;
    this.count();
  }
}

function keys(): string[] {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function read(key: string): Point[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "[]") as Point[];
  } catch {
    return [];
  }
}

function write(key: string, points: Point[]): void {
  try {
    if (points.length) localStorage.setItem(key, JSON.stringify(points));
    else localStorage.removeItem(key);
  } catch {
    // A full or forbidden storage: the way has a gap.
  }
}

/** Degrees to about a metre. */
function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}

if (!customElements.get("visit-track")) customElements.define("visit-track", VisitTrack);
