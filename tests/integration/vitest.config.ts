import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { Reports } from "./reports.ts";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    include: ["tests/integration/*.test.ts"],
    // Two browsers at once are what two cores bear.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // The root of the container is read-only.
    cache: false,
    reporters: ["default", new Reports("/reports")],
  },
});
