import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { Reports } from "./reports.ts";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    include: ["tests/integration/*.test.ts"],
    // Two browsers at once are what two cores bear.
    maxWorkers: 2,
    maxConcurrency: 2,
    // Nothing is measured here: a crawl of an admin with axe took 201 s, and 362 s beside something that kept a core busy.
    testTimeout: 900_000,
    hookTimeout: 60_000,
    // The root of the container is read-only.
    cache: false,
    reporters: ["default", new Reports("/reports")],
  },
});
