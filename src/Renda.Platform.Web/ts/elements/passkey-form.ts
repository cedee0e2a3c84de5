import { t } from "../lib/page";

/**
 * `<passkey-form data-kind="get|create" data-options="/address">` around a form with a hidden field `credential`: a press
 * asks the browser for a passkey and sends the form with its answer. With `data-autofill` passkeys are also offered where
 * a name is typed. Where the browser knows no passkeys the element stays hidden, since the form alone could do nothing.
 */
export class PasskeyForm extends HTMLElement {
  private waiting: AbortController | undefined;
  private renewal: ReturnType<typeof setInterval> | undefined;

  private readonly onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.run(event.target as HTMLFormElement, false);
  };

  connectedCallback(): void {
    if (!window.PublicKeyCredential || !isSecureContext) return;
    this.classList.add("on");
    this.addEventListener("submit", this.onSubmit);
    if (this.dataset["autofill"] !== undefined) void this.offer();
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
    clearInterval(this.renewal);
    this.waiting?.abort();
  }

  /** What was asked is good for five minutes, so an idle page asks anew before. */
  private async offer(): Promise<void> {
    const form = this.querySelector("form");
    if (!form || !await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
    this.renewal = setInterval(() => { if (!document.hidden) void this.run(form, true); }, 240_000);
    await this.run(form, true);
  }

  private async run(form: HTMLFormElement, quiet: boolean): Promise<void> {
    // Only one question at a time is allowed to a page.
    this.waiting?.abort();
    const waiting = this.waiting = new AbortController();
    if (!quiet) {
      clearInterval(this.renewal);
      this.say("");
    }
    try {
      const answer = await fetch(this.dataset["options"] ?? "", { method: "POST", body: new URLSearchParams({ __RequestVerificationToken: field(form, "__RequestVerificationToken").value }), signal: waiting.signal });
      if (!answer.ok) throw new DOMException(String(answer.status), answer.status === 429 ? "QuotaExceededError" : "NetworkError");
      const options = await answer.json() as Options;
      const credential = this.dataset["kind"] === "create" ? await create(options, waiting.signal) : await get(options, waiting.signal, quiet);
      field(form, "credential").value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      if (!quiet && !waiting.signal.aborted) this.say(wordsFor(error));
    }
  }

  private say(words: string): void {
    let line = this.querySelector<HTMLElement>(".said");
    if (!line) {
      line = document.createElement("p");
      line.className = "said why";
      line.setAttribute("role", "status");
      this.append(line);
    }
    line.textContent = words;
  }
}

interface Descriptor { type: PublicKeyCredentialType; id: string; transports?: AuthenticatorTransport[] }
interface Options { challenge: string; rpId?: string; rp: PublicKeyCredentialRpEntity; user: { id: string; name: string; displayName: string }; pubKeyCredParams: PublicKeyCredentialParameters[];
  timeout?: number; userVerification?: UserVerificationRequirement; attestation?: AttestationConveyancePreference; authenticatorSelection?: AuthenticatorSelectionCriteria; allowCredentials?: Descriptor[]; excludeCredentials?: Descriptor[] }

// By hand: the browsers still met in the field have no parseRequestOptionsFromJSON.
async function get(options: Options, signal: AbortSignal, quiet: boolean): Promise<unknown> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: bytes(options.challenge), ...(options.rpId ? { rpId: options.rpId } : {}), ...(options.timeout ? { timeout: options.timeout } : {}), ...(options.userVerification ? { userVerification: options.userVerification } : {}),
    allowCredentials: (options.allowCredentials ?? []).map(descriptor),
  };
  const found = await navigator.credentials.get({ publicKey, signal, ...(quiet ? { mediation: "conditional" as CredentialMediationRequirement } : {}) }) as PublicKeyCredential;
  const response = found.response as AuthenticatorAssertionResponse;
  return {
    ...common(found),
    response: { clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature), userHandle: response.userHandle ? text(response.userHandle) : null },
  };
}

async function create(options: Options, signal: AbortSignal): Promise<unknown> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: bytes(options.challenge), rp: options.rp, user: { ...options.user, id: bytes(options.user.id) }, pubKeyCredParams: options.pubKeyCredParams,
    ...(options.timeout ? { timeout: options.timeout } : {}), ...(options.attestation ? { attestation: options.attestation } : {}), ...(options.authenticatorSelection ? { authenticatorSelection: strip(options.authenticatorSelection) } : {}),
    excludeCredentials: (options.excludeCredentials ?? []).map(descriptor),
  };
  const made = await navigator.credentials.create({ publicKey, signal }) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return { ...common(made), response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject), transports: response.getTransports?.() ?? [] } };
}

function common(credential: PublicKeyCredential): Record<string, unknown> {
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, authenticatorAttachment: credential.authenticatorAttachment ?? null, clientExtensionResults: credential.getClientExtensionResults() };
}

function descriptor(d: Descriptor): PublicKeyCredentialDescriptor {
  return { type: d.type, id: bytes(d.id), ...(d.transports?.length ? { transports: d.transports } : {}) };
}

/** A null is not an absent choice to a browser. */
function strip<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null)) as T;
}

function bytes(base64url: string): ArrayBuffer {
  const binary = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  const buffer = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) buffer[i] = binary.charCodeAt(i);
  return buffer.buffer;
}

function text(buffer: ArrayBuffer): string {
  let binary = "";
  for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

function wordsFor(error: unknown): string {
  switch ((error as DOMException).name) {
    case "InvalidStateError": return t("这台设备上已经有这个账号的通行密钥。", "This device has a passkey of this account already.");
    case "SecurityError": return t("这个地址不能用通行密钥，请改用正式网址。", "Passkeys cannot be used at this address.");
    case "NotSupportedError": return t("这台设备不支持通行密钥。", "This device knows no passkeys.");
    case "QuotaExceededError": return t("尝试太多，请一分钟后再试。", "Too many attempts; try again in a minute.");
    case "NetworkError": case "TypeError": return t("网络不通，请稍后再试。", "No connection; try again later.");
    default: return t("没有完成，可以再试一次。", "It was not finished; you can try again.");
  }
}
