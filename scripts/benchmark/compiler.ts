/** How long the text of all generated files takes, for catalogs with more and more applications. Prints a table, asserts nothing. */
import { type Catalog, catalog as realCatalog } from "../../apps/catalog.ts";
import type { Effects } from "../core/effects.ts";
import { megabytes } from "../core/format.ts";
import { markdownTable } from "../reports/markdown.ts";
import { uncheckedArtifacts } from "../../workflows-src/artifacts.ts";
import { another } from "../../workflows-src/testing/another-application.ts";

const usualSizes = [125, 250, 500, 1000];
const runs = 5;

export function compilerBenchmark(fx: Effects, sizes: readonly number[] = usualSizes): void {
  compile(Math.min(...sizes), fx); // So that no measurement contains the compilation of our own code.
  const rows = sizes.map((size) => {
    const measured = Array.from({ length: runs }, () => compile(size, fx));
    const [median] = measured
      .map(({ milliseconds }) => milliseconds)
      .toSorted((a, b) => a - b)
      .slice(runs >> 1);
    return [
      String(size),
      `${Math.round(median ?? 0)} ms`,
      `${((median ?? 0) / size).toFixed(2)} ms`,
      megabytes(measured[0]?.bytes ?? 0),
    ];
  });
  fx.log(markdownTable([["applications", `time, median of ${runs}`, "per application", "text"], ...rows]));
}

function compile(size: number, fx: Effects): { readonly milliseconds: number; readonly bytes: number } {
  const catalog = catalogOf(size);
  const start = fx.now();
  const files = uncheckedArtifacts(catalog, { setup: "", start: "" });
  return { milliseconds: fx.now() - start, bytes: files.reduce((sum, { text }) => sum + text.length, 0) };
}

/** The real applications, and as many others as are missing. */
export function catalogOf(size: number): Catalog {
  const real = Object.entries(realCatalog).slice(0, size);
  const others = Array.from({ length: size - real.length }, (_, index) => [
    `app-${index}`,
    { ...another, image: `image-${index}`, route: `/app-${index}/`, publishedPort: 10_000 + index },
  ]);
  return Object.fromEntries([...real, ...others]) as Catalog;
}
