import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { endpoints, isInside, urlAt } from "./http/endpoints.ts";
import { filesOf } from "./http/html.ts";
import { request } from "./http/request.ts";
import { byName } from "./rows.ts";

const types: Readonly<Record<string, string>> = {
  css: "text/css",
  js: "text/javascript",
  jpg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
  webp: "image/webp",
  woff2: "font/woff2",
};
const compressible = ["css", "js", "svg"];
/** Bytes. Compression hardly makes a smaller file smaller. */
const minCompressedSize = 1000;

describe.each(byName(endpoints))("%s", (_, endpoint) => {
  test("serves the files of its start page below its prefix, immutable, and compressed", async () => {
    const page = await request(urlAt(endpoint, "/"));
    const files = filesOf(page.text).map((file) => new URL(file, page.url));
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) {
      expect(isInside(endpoint, file.href), file.href).toBe(true);
      const plain = await request(file.href, { headers: { "accept-encoding": "identity" } });
      expect(plain.status, file.href).toBe(200);
      const extension = file.pathname.split(".").at(-1) ?? "";
      expect(plain.headers["content-type"]?.split(";")[0], file.href).toBe(types[extension]);
      expect(plain.headers["cache-control"], file.href).toMatch(/max-age=\d{8}.*immutable/u);
      expect(plain.headers["content-encoding"], file.href).toBeUndefined();
      if (!compressible.includes(extension) || plain.bytes.length < minCompressedSize) continue;
      const packed = await request(file.href, { headers: { "accept-encoding": "gzip" } });
      expect(packed.headers["content-encoding"], file.href).toBe("gzip");
      expect(packed.headers.vary, file.href).toMatch(/accept-encoding/iu);
      expect(packed.bytes.length, file.href).toBeLessThan(plain.bytes.length);
      expect(gunzipSync(packed.bytes).equals(plain.bytes), file.href).toBe(true);
    }
  });
});
