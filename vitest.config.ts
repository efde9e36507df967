import { readFileSync } from "node:fs";
import { type TestProjectInlineConfiguration, defineConfig } from "vitest/config";

const engineTests = "**/*.engine.test.ts";
const elsewhere = ["**/node_modules/**", ".pipeline/**"];

/** No `.env` file is read: its variables would reach the tests. A project does not inherit this setting. */
const envDir = false;

/** GitHub's packages name source maps that they do not ship, and vite says so for each file. */
const withoutSourceMaps = {
  name: "without-source-maps",
  load: (id: string) =>
    /\/@actions\/.*\.js$/u.test(id) ? readFileSync(id, "utf8").replace(/^\/\/# sourceMappingURL=.*$/mu, "") : undefined,
};

const project = (test: NonNullable<TestProjectInlineConfiguration["test"]>): TestProjectInlineConfiguration => ({
  plugins: [withoutSourceMaps],
  envDir,
  // GitHub's packages import JSON without an attribute, which Node refuses: vitest loads them itself.
  test: { ...test, server: { deps: { inline: [/@actions\//u] } } },
});

export default defineConfig({
  envDir,
  test: {
    // vitest leaves one core to others, which of two is half.
    maxWorkers: "100%",
    // Transformed modules are kept by their content below node_modules: the next run starts 3 s earlier.
    experimental: { fsModuleCache: true },
    projects: [
      project({
        name: "unit",
        include: ["{contract,scripts,workflows-src,tests/{documentation,e2e,integration/*,proxy}}/**/*.test.ts"],
        exclude: [...elsewhere, engineTests],
        // Files share the modules that they import: loading those anew for each of them takes a third of the time.
        isolate: false,
        // For what hangs: a machine that others use can be many times slower.
        testTimeout: 180_000,
        hookTimeout: 180_000,
      }),
      project({
        name: "engine",
        include: [engineTests],
        exclude: elsewhere,
        // One engine: its tests take turns.
        fileParallelism: false,
        testTimeout: 1_500_000,
        hookTimeout: 600_000,
      }),
    ],
  },
});
