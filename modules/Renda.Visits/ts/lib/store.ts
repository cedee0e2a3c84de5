// Findings and their pictures on the phone, in IndexedDB, encrypted.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Progress } from "./queue";
import { makeKey, open, seal } from "./seal";

/** Size of one encrypted part of a picture or video: what is in memory at once while sending. */
export const partSize = 4 * 1024 * 1024;

export interface Media {
  id: string;
  kind: "photo" | "video";
  fileName: string;
  type: string;
  size: number;
  /** ISO 8601, UTC. */
  capturedAt: string;
  /** What it looks like, to find findings of the same thing (see `differenceHash`). */
  looks?: string;
  /** Where the upload goes on, once the server has given it an address. */
  uploadUrl?: string;
  /** What the server says it received; present once the upload is complete. */
  sha256?: string;
  sentBytes: number;
}

/** What the person wrote. */
export interface Finding {
  campaignId: string;
  campaignVersion: number;
  campaignTitle: string;
  category: string;
  categoryName: string;
  description: string;
  suggestion: string;
  severity: string;
  placeText: string;
  regionCode: string;
  regionName: string;
  latitude: number | null;
  longitude: number | null;
  accuracy: number | null;
  capturedAt: string;
  visitId?: string;
  /** Answers to the campaign's own fields, by their ids. */
  answers?: Record<string, string>;
}

export interface Item extends Progress {
  id: string;
  /** Whose it is, as the page named the account: another person on the same phone does not send it. */
  account: string;
  changedAt: number;
  /** The server holds other content under this id: an edited finding goes out under a new one. */
  conflict?: boolean;
  finding: Finding;
  media: Media[];
}

// Only what the sender needs to find its work lies open; the person's words and the media are sealed.
interface StoredItem { id: string; account: string; state: Progress["state"]; changedAt: number; sealed: ArrayBuffer }

interface Schema extends DBSchema {
  keys: { key: string; value: CryptoKey };
  items: { key: string; value: StoredItem };
  /** Keyed by `mediaId/n`; n = 0, 1, … or `thumb`. */
  parts: { key: string; value: ArrayBuffer };
}

/** Why this browser cannot keep findings, or null when it can. */
export function whyNoStore(): "insecure" | "no-storage" | null {
  if (typeof crypto === "undefined" || !crypto.subtle) return "insecure";
  return typeof indexedDB === "undefined" ? "no-storage" : null;
}

export class Store {
  private constructor(private readonly db: IDBPDatabase<Schema>, private readonly key: CryptoKey) {}

  /** Opens the phone's store; throws where the browser refuses it (some private windows). */
  static async open(name = "renda-visits"): Promise<Store> {
    const db = await openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore("keys");
        db.createObjectStore("items", { keyPath: "id" });
        db.createObjectStore("parts");
      },
    });
    const made = await makeKey();
    // In one transaction, so that two tabs opening at once agree on one key.
    const tx = db.transaction("keys", "readwrite");
    const kept = await tx.store.get("phone");
    if (!kept) await tx.store.put(made, "phone");
    await tx.done;
    return new Store(db, kept ?? made);
  }

  async save(item: Item): Promise<void> {
    const sealed = await seal(this.key, `item ${item.id}`, new TextEncoder().encode(JSON.stringify(item)).buffer as ArrayBuffer);
    await this.db.put("items", { id: item.id, account: item.account, state: item.state, changedAt: item.changedAt, sealed });
  }

  async get(id: string): Promise<Item | undefined> {
    const stored = await this.db.get("items", id);
    return stored && this.unseal(stored);
  }

  /** All of one account's items, oldest first. */
  async all(account: string): Promise<Item[]> {
    const stored = (await this.db.getAll("items")).filter(i => i.account === account);
    const items = await Promise.all(stored.map(i => this.unseal(i)));
    // An item that cannot be opened any more must not hide the others.
    return items.filter((i): i is Item => i !== undefined).sort((a, b) => a.id < b.id ? -1 : 1);
  }

  /** Whether anything of anybody's is to be sent. Opens nothing that is sealed. */
  async waits(): Promise<boolean> {
    return (await this.db.getAll("items")).some(i => i.state === "waiting" || i.state === "sending" || i.state === "sign-in");
  }

  async addMedia(media: Media, file: Blob, thumb: Blob | null): Promise<void> {
    for (let n = 0; n * partSize < file.size || n === 0; n++) {
      const part = await file.slice(n * partSize, (n + 1) * partSize).arrayBuffer();
      await this.db.put("parts", await seal(this.key, `${media.id}/${n}`, part), `${media.id}/${n}`);
    }
    if (thumb) await this.db.put("parts", await seal(this.key, `${media.id}/thumb`, await thumb.arrayBuffer()), `${media.id}/thumb`);
  }

  /** Bytes from `start` up to `end` of a picture; opens only the parts that hold them. */
  async read(media: Media, start: number, end: number): Promise<Uint8Array> {
    const stop = Math.min(end, media.size);
    const bytes = new Uint8Array(Math.max(0, stop - start));
    for (let at = start; at < stop;) {
      const n = Math.floor(at / partSize);
      const sealed = await this.db.get("parts", `${media.id}/${n}`);
      if (!sealed) throw new Error(`Part ${n} of ${media.id} is missing`);
      const part = new Uint8Array(await open(this.key, `${media.id}/${n}`, sealed));
      const slice = part.subarray(at - n * partSize, Math.min(part.length, stop - n * partSize));
      bytes.set(slice, at - start);
      at += slice.length;
    }
    return bytes;
  }

  async thumb(mediaId: string): Promise<Blob | null> {
    const sealed = await this.db.get("parts", `${mediaId}/thumb`);
    return sealed ? new Blob([await open(this.key, `${mediaId}/thumb`, sealed)], { type: "image/jpeg" }) : null;
  }

  async removeMedia(mediaId: string): Promise<void> {
    await this.db.delete("parts", IDBKeyRange.bound(`${mediaId}/`, `${mediaId}/\uffff`));
  }

  /** The parts of a sent picture go, its thumbnail stays for the list. */
  async dropOriginal(mediaId: string): Promise<void> {
    await this.db.delete("parts", IDBKeyRange.bound(`${mediaId}/0`, `${mediaId}/9\uffff`));
  }

  async remove(item: Item): Promise<void> {
    for (const media of item.media) await this.removeMedia(media.id);
    await this.db.delete("items", item.id);
  }

  private async unseal(stored: StoredItem): Promise<Item | undefined> {
    try {
      return JSON.parse(new TextDecoder().decode(await open(this.key, `item ${stored.id}`, stored.sealed))) as Item;
    } catch {
      return undefined;
    }
  }
}
