// @ts-check
/** Whether node_modules holds everything that package-lock.json names for this machine. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {"all" | "production"} Packages Those of a laptop, or those that a job needs to run most stages */

/** @typedef {{ dev?: boolean, devOptional?: boolean, peer?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage */

/**
 * All packages include those of production.
 * @param {string} root
 * @param {Packages} packages
 */
export const isComplete = (root, packages) =>
  isMarked(root, "all") || (packages === "production" && isMarked(root, packages));

/**
 * @param {string} root
 * @param {Packages} packages
 */
const isMarked = (root, packages) =>
  existsSync(markOf(root, packages)) && readFileSync(markOf(root, packages), "utf8") === fingerprint(root);

/**
 * @param {string} root
 * @param {Packages} packages
 */
export const markComplete = (root, packages) => writeFileSync(markOf(root, packages), fingerprint(root));

/**
 * The file that holds the fingerprint of a complete node_modules. `npm ci` removes it before it installs.
 * @param {string} root
 * @param {Packages} packages
 */
const markOf = (root, packages) => join(root, "node_modules", marks[packages]);
const marks = { all: ".installed-lock", production: ".installed-production-lock" };

/**
 * Changes with the lock file, with the system, and when npm changes node_modules (`npm prune`): npm keeps a lock file there.
 * @param {string} root
 */
function fingerprint(root) {
  const files = ["package-lock.json", "node_modules/.package-lock.json"].map((name) => join(root, name));
  const contents = files.map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""));
  return createHash("sha256")
    .update([process.platform, process.arch, ...contents].join("\n"))
    .digest("hex");
}

/**
 * The paths of packages that this machine needs and that are not on the disk.
 * @param {string} root
 * @param {Packages} packages
 */
export function missingPackages(root, packages) {
  const lock = /** @type {{ packages: Record<string, LockedPackage> }} */ (
    JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))
  );
  return Object.entries(lock.packages)
    .filter(
      ([path, locked]) => path !== "" && isNeeded(locked, packages) && !existsSync(join(root, path, "package.json")),
    )
    .map(([path]) => path);
}

/**
 * Programs for this machine are optional packages that name its system. npm skips one whose installation fails, for
 * example on a full disk. Optional packages that name no system are not needed.
 * @param {LockedPackage} locked
 * @param {Packages} packages
 */
function isNeeded({ dev, devOptional, peer, optional, os, cpu, libc }, packages) {
  if (packages === "production") return !dev && !devOptional && !peer && !optional;
  if (!optional) return true;
  if (os === undefined) return false;
  const fits = (/** @type {string[] | undefined} */ names, /** @type {string} */ name) =>
    !names || names.includes(name);
  return fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, libcFamily());
}

function libcFamily() {
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return header.glibcVersionRuntime ? "glibc" : "musl";
}
