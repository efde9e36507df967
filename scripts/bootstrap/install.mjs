// @ts-check
/** Installs the packages of package-lock.json, unless node_modules is complete already. */
import { createHash } from "node:crypto";
import { describeHolder, withLock } from "../core/lock.mjs";
import { isComplete, markComplete, missingPackages } from "./node-modules.mjs";
import { failure, log, npmCi, remedyFor } from "./npm.mjs";

/** @param {string} root */
export async function installDependencies(root) {
  if (isComplete(root)) return;
  const name = `wmd-install-${createHash("sha256").update(root).digest("hex").slice(0, 16)}`;
  const onWait = (/** @type {import("../core/lock.mjs").Holder | undefined} */ holder) =>
    log(`Waiting until the dependencies are installed by ${describeHolder(holder)}`);
  await withLock({ name, onWait }, async () => {
    if (!isComplete(root)) await install(root);
  });
}

/** @param {string} root */
async function install(root) {
  log("Installing the dependencies…");
  await npmCi(root);
  const missing = missingPackages(root);
  if (missing.length > 0)
    throw failure(
      `\`npm ci\` succeeded without installing all packages; ${missing.length} are missing, the first is ${missing[0]}`,
      `Free disk space if the disk of ${root} is full; otherwise remove the npm setting that leaves packages out (\`npm config list\` shows them)`,
    );
  try {
    markComplete(root);
  } catch (error) {
    throw failure(String(error), remedyFor(String(error), root));
  }
}
