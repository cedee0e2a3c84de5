// Encryption of what lies on the phone: AES-GCM with a key that the browser keeps and never hands out.

/** Makes the phone's key. It cannot be exported, so a copy of the database's files is of no use elsewhere. */
export function makeKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/**
 * Encrypts bytes under a name. The name (which record, which part) is authenticated but not stored,
 * so that sealed parts cannot be swapped for one another.
 */
export async function seal(key: CryptoKey, name: string, plain: ArrayBuffer): Promise<ArrayBuffer> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) }, key, plain);
  const sealed = new Uint8Array(12 + body.byteLength);
  sealed.set(iv);
  sealed.set(new Uint8Array(body), 12);
  return sealed.buffer;
}

/** Opens what `seal` made under the same key and name; throws when either differs or a byte was changed. */
export function open(key: CryptoKey, name: string, sealed: ArrayBuffer): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(sealed, 0, 12), additionalData: new TextEncoder().encode(name) }, key, new Uint8Array(sealed, 12));
}
