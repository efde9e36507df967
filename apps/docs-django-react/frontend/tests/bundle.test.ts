import { build, type Rolldown } from "vite";
import { beforeAll, describe, expect, test, vi } from "vitest";

/** Maximum kilobytes before compression: `frame` is loaded by every page, `page` in addition by one. */
const budget = { frame: 360, page: 420 };

let files: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[];

beforeAll(async () => {
  // Bundles the production build of React, as the image does.
  vi.stubEnv("NODE_ENV", "production");
  const built = await build({ configFile: "vite.config.ts", configLoader: "native", logLevel: "silent", build: { write: false } });
  files = [built].flat().flatMap((found) => ("output" in found ? found.output : []));
}, 120_000);

const chunks = (): readonly Rolldown.OutputChunk[] => files.filter((file) => file.type === "chunk");

/** A chunk with all its static imports, transitively. */
const closure = (name: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (!seen.has(name)) {
    seen.add(name);
    for (const other of chunks().find(({ fileName }) => fileName === name)?.imports ?? []) closure(other, seen);
  }
  return seen;
};

const chunkOf = (source: string): string =>
  chunks().find(({ facadeModuleId }) => facadeModuleId?.endsWith(source))?.fileName ?? `no chunk of ${source}`;
const frame = (): ReadonlySet<string> => closure(chunkOf("/frontend/index.html"));
const modules = (names: ReadonlySet<string>): string =>
  chunks()
    .filter(({ fileName }) => names.has(fileName))
    .flatMap(({ moduleIds }) => moduleIds)
    .join("\n");
const kilobytes = (names: Iterable<string>): number =>
  chunks()
    .filter(({ fileName }) => [...names].includes(fileName))
    .reduce((sum, { code }) => sum + code.length / 1000, 0);

test("the frame contains neither charts nor canvas", () => {
  expect(modules(frame())).toContain("react-dom");
  expect(modules(frame())).not.toMatch(/recharts|@xyflow|d3-/);
  expect(kilobytes(frame())).toBeLessThan(budget.frame);
});

describe("every page loads only the libraries that it needs", () => {
  test.each([
    { page: "/dashboard/route.tsx", includes: /recharts/, excludes: /@xyflow/ },
    { page: "/diagrams/editor-route.tsx", includes: /@xyflow/, excludes: /recharts/ },
    { page: "/diagrams/list-route.tsx", includes: /list-page/, excludes: /recharts|@xyflow/ },
    { page: "/account/sign-in-route.tsx", includes: /sign-in-page/, excludes: /recharts|@xyflow/ },
  ])("$page", ({ page, includes, excludes }) => {
    const own = closure(chunkOf(page));
    expect(modules(own)).toMatch(includes);
    expect(modules(own)).not.toMatch(excludes);
    expect(kilobytes([...own].filter((name) => !frame().has(name)))).toBeLessThan(budget.page);
  });
});

test("every file except the pages has a hash in its name, so that Django marks it as immutable", () => {
  const named = files.map(({ fileName }) => fileName).filter((name) => !name.endsWith(".html"));
  // Must match `WHITENOISE_IMMUTABLE_FILE_TEST` in workbench/settings.py.
  for (const name of named) expect(name).toMatch(/^static\/.+-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/);
  expect(named.length).toBeGreaterThan(10);
});

test.each(["index.html", "400.html", "500.html", "503.html"])("%s refers to its files by relative URLs, into which Django inserts the prefix", (name) => {
  const page = files.find(({ fileName }) => fileName === name);
  const text = page?.type === "asset" ? String(page.source) : "";
  expect(text).toContain('="./static/');
  expect(text).not.toMatch(/(?:src|href)="(?!\.\/)/);
});
