import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { at, doors, isInside, named } from "./doors.ts";
import { filesOf } from "./html.ts";
import { ask } from "./http.ts";

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
/** Below this, a compressed file with its header is hardly smaller. */
const worthwhile = 1000;

describe.each(named(doors))("%s", (_, door) => {
  test("serves the files of its main page below its prefix, to be kept for ever, and compressed", async () => {
    const page = await ask(at(door, "/"));
    const files = filesOf(page.text).map((file) => new URL(file, page.url));
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) {
      expect(isInside(door, file.href), file.href).toBe(true);
      const plain = await ask(file.href, { headers: { "accept-encoding": "identity" } });
      expect(plain.status, file.href).toBe(200);
      const extension = file.pathname.split(".").at(-1) ?? "";
      expect(plain.headers["content-type"]?.split(";")[0], file.href).toBe(types[extension]);
      expect(plain.headers["cache-control"], file.href).toMatch(/max-age=\d{8}.*immutable/u);
      expect(plain.headers["content-encoding"], file.href).toBeUndefined();
      if (!compressible.includes(extension) || plain.bytes.length < worthwhile) continue;
      const packed = await ask(file.href, { headers: { "accept-encoding": "gzip" } });
      expect(packed.headers["content-encoding"], file.href).toBe("gzip");
      expect(packed.headers.vary, file.href).toMatch(/accept-encoding/iu);
      expect(packed.bytes.length, file.href).toBeLessThan(plain.bytes.length);
      expect(gunzipSync(packed.bytes).equals(plain.bytes), file.href).toBe(true);
    }
  });
});
