import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  // The base is relative, because one bundle serves the root and any prefix: Django inserts the prefix into index.html.
  base: "./",
  build: {
    assetsDir: "static",
    // Every asset is a hashed file: the content security policy forbids `data:` URLs for scripts and fonts.
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    // The application, and the static error pages that Django serves.
    rolldownOptions: { input: ["index.html", "400.html", "500.html", "503.html"] },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
  test: {
    environment: "jsdom",
    setupFiles: ["tests/setup.ts"],
    restoreMocks: true,
    testTimeout: 30_000,
    coverage: {
      include: ["src/**"],
      exclude: ["src/main.tsx", "src/**/*.svg"],
      reportOnFailure: true,
      thresholds: { branches: 90, lines: 90 },
      reporter: ["text", ["cobertura", { file: "coverage.xml" }]],
    },
  },
});
