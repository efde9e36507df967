import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { Reporter } from "./reporter.ts";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    include: ["tests/integration/*.test.ts"],
    // Two cores can drive two browsers at once, and no more.
    maxWorkers: 2,
    maxConcurrency: 2,
    // These limits only end a test that hangs. The crawl of an admin with axe took 362 s on a busy machine.
    testTimeout: 900_000,
    hookTimeout: 60_000,
    // The container's file system is read-only.
    cache: false,
    reporters: ["default", new Reporter("/reports")],
  },
});
