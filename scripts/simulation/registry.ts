/** A registry in memory, as far as the distribution protocol is used here. */
import { digestOf } from "../oci/layout.ts";

export interface SimulatedRegistry {
  /** The response to a request whose path begins with /v2/. */
  respond(request: Request): Promise<Response>;
  /** The tags in the order in which they were written, as `repository:tag`. */
  readonly tags: readonly string[];
}

export function simulatedRegistry(): SimulatedRegistry {
  const blobs = new Map<string, Uint8Array>();
  const manifests = new Map<string, { readonly type: string; readonly bytes: Uint8Array }>();
  const tags: string[] = [];

  const putManifest = async (request: Request, repository: string, reference: string): Promise<Response> => {
    const bytes = new Uint8Array(await request.arrayBuffer());
    const manifest = { type: request.headers.get("content-type") ?? "", bytes };
    for (const key of [reference, digestOf(bytes)]) manifests.set(`${repository} ${key}`, manifest);
    if (!reference.startsWith("sha256:")) tags.push(`${repository}:${reference}`);
    return new Response(undefined, { status: 201 });
  };

  const getManifest = (repository: string, reference: string): Response => {
    const found = manifests.get(`${repository} ${reference}`);
    return found === undefined
      ? new Response(undefined, { status: 404 })
      : new Response(new Uint8Array(found.bytes), { headers: { "content-type": found.type } });
  };

  return {
    tags,
    async respond(request) {
      const url = new URL(request.url);
      const [, repository = "", kind, reference = ""] =
        /^\/v2\/(.+)\/(blobs|manifests)\/(.+)$/u.exec(url.pathname) ?? [];
      if (kind === "manifests")
        return request.method === "PUT"
          ? putManifest(request, repository, reference)
          : getManifest(repository, reference);
      if (kind !== "blobs") return new Response("{}");
      if (request.method === "HEAD") return new Response(undefined, { status: blobs.has(reference) ? 200 : 404 });
      if (request.method === "POST")
        return new Response(undefined, { status: 202, headers: { location: `/v2/${repository}/blobs/uploads/1` } });
      if (request.method === "GET") {
        const bytes = blobs.get(reference);
        return new Response(bytes && new Uint8Array(bytes), { status: bytes ? 200 : 404 });
      }
      blobs.set(url.searchParams.get("digest") ?? "", new Uint8Array(await request.arrayBuffer()));
      return new Response(undefined, { status: 201 });
    },
  };
}
