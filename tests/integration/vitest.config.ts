import { join } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { defineConfig } from "vitest/config";
import { appNames } from "../../apps/catalog.ts";
import { changed } from "./http/changed.ts";
import { Reporter } from "./reporter.ts";

/** The files whose tests take longest begin first, so that none of them runs alone at the end. Others follow in any order. */
const longest = ["crawl", "sessions", "stock", "payments"];

class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return index < 0 ? longest.length : index;
    };
    return Promise.resolve(files.toSorted((one, other) => rank(one) - rank(other)));
  }
}

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    include: ["tests/integration/*.test.ts"],
    // The files of a worker share their modules, and with them one browser.
    isolate: false,
    maxWorkers: 3,
    maxConcurrency: 3,
    sequence: { sequencer: LongestFirst },
    // Where an application is not tested in full, a file may have no test for it.
    passWithNoTests: changed.length < appNames.length,
    // These limits only end a test that hangs.
    testTimeout: 900_000,
    hookTimeout: 60_000,
    // The container's file system is read-only.
    cache: false,
    reporters: ["default", new Reporter("/reports")],
  },
});
