// @ts-check
/** Installs the packages of package-lock.json, unless node_modules is complete already. */
import { createHash } from "node:crypto";
import { describeHolder, withLock } from "../core/lock.mjs";
import { isComplete, markComplete, missingPackages } from "./node-modules.mjs";
import { failure, log, npmCi, remedyFor } from "./npm.mjs";

/** The stages that run no program of a development package. A test compares them with what the stages import. */
export const stagesWithoutDevelopment = ["plan", "build", "publish", "deploy", "redeploy"];

/**
 * A job that runs one of these stages installs a twentieth of node_modules. A Node that does not strip types itself needs
 * tsx, a development package.
 * @param {readonly string[]} args of the command
 * @param {boolean} stripsTypes whether this Node strips types
 * @returns {import("./node-modules.mjs").Packages}
 */
export const packagesFor = ([command, stage], stripsTypes) =>
  stripsTypes && command === "stage" && stagesWithoutDevelopment.includes(stage ?? "") ? "production" : "all";

/**
 * @param {string} root
 * @param {import("./node-modules.mjs").Packages} packages
 * @param {NodeJS.ProcessEnv} env of the user
 */
export async function installDependencies(root, packages, env) {
  if (isComplete(root, packages)) return;
  const name = `wmd-install-${createHash("sha256").update(root).digest("hex").slice(0, 16)}`;
  const onWait = (/** @type {import("../core/lock.mjs").Holder | undefined} */ holder) =>
    log(`Waiting until the dependencies are installed by ${describeHolder(holder)}`);
  await withLock({ name, onWait }, async () => {
    if (!isComplete(root, packages)) await install(root, packages, env);
  });
}

/**
 * @param {string} root
 * @param {import("./node-modules.mjs").Packages} packages
 * @param {NodeJS.ProcessEnv} env of the user
 */
async function install(root, packages, env) {
  log("Installing the dependencies…");
  await npmCi(root, packages, env);
  const missing = missingPackages(root, packages);
  if (missing.length > 0)
    throw failure(
      `\`npm ci\` succeeded without installing all packages; ${missing.length} are missing, the first is ${missing[0]}`,
      `Free disk space if the disk of ${root} is full; otherwise remove the npm setting that leaves packages out (\`npm config list\` shows them)`,
    );
  try {
    markComplete(root, packages);
  } catch (error) {
    throw failure(String(error), remedyFor(String(error), root));
  }
}
