import type { HttpRequest, HttpResponse, HttpStack } from "tus-js-client";

/** tus over fetch, for the service worker, where XMLHttpRequest is missing. Progress is known per part only. */
export class FetchStack implements HttpStack {
  createRequest(method: string, url: string): HttpRequest {
    return new FetchRequest(method, url);
  }

  getName(): string {
    return "fetch";
  }
}

class FetchRequest implements HttpRequest {
  private readonly headers = new Map<string, string>();
  private readonly stop = new AbortController();
  private progress: (bytesSent: number) => void = () => undefined;

  constructor(private readonly method: string, private readonly url: string) {}

  getMethod(): string { return this.method; }
  getURL(): string { return this.url; }
  setHeader(header: string, value: string): void { this.headers.set(header, value); }
  getHeader(header: string): string | undefined { return this.headers.get(header); }
  setProgressHandler(handler: (bytesSent: number) => void): void { this.progress = handler; }
  getUnderlyingObject(): null { return null; }

  async abort(): Promise<void> {
    this.stop.abort();
  }

  async send(body: Blob | null): Promise<HttpResponse> {
    const response = await fetch(this.url, { method: this.method, headers: Object.fromEntries(this.headers), body, signal: this.stop.signal, credentials: "same-origin" });
    const text = await response.text();
    if (body) this.progress(body.size);
    return {
      getStatus: () => response.status,
      getHeader: name => response.headers.get(name) ?? undefined,
      getBody: () => text,
      getUnderlyingObject: () => response,
    };
  }
}
