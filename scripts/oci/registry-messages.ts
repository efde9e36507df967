/** The requests to a registry and its responses. Pure. */

export interface RegistryRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called anew for each attempt. */
  readonly body?: () => Uint8Array | AsyncIterable<Uint8Array>;
  /** The size in bytes of a body that is streamed. */
  readonly size?: number;
}

/** An authorization header, and the only origin that may see it. */
export interface Authorization {
  readonly origin: string;
  readonly value: string | undefined;
}

export interface RegistryResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** The address that it came from, after redirects. */
  readonly url: URL;
}

/** The body as an object; empty where it is something else, such as the page of a proxy between. */
export function objectOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The status with the registry's own error codes and messages, or the plain text of a proxy between. */
export function describeResponse({ status, headers, bytes }: RegistryResponse): string {
  const { errors } = objectOf(bytes);
  const texts = (Array.isArray(errors) ? errors : []).map(({ code, message }: { code?: string; message?: string }) =>
    [code, message].filter(Boolean).join(": "),
  );
  if (texts.length === 0 && headers.get("content-type")?.startsWith("text/plain"))
    texts.push(Buffer.from(bytes).toString().trim());
  return [status, ...texts].join(" ").slice(0, 300);
}
