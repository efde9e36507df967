// @ts-check
/** `npm ci`, with a remedy for each way in which it fails. */
import { spawn } from "node:child_process";
import { npmEnvironment } from "../core/npm-settings.mjs";

/**
 * An error that the user can act on. (`UserError` of the contract is TypeScript, which cannot be loaded yet.)
 * @param {string} message
 * @param {string} remedy
 */
export const failure = (message, remedy) => Object.assign(new Error(message), { remedy });

/** @param {string} line */
export const log = (line) => process.stderr.write(`${line}\n`);

/**
 * Whatever the user's .npmrc says: everything is installed, its programs are linked, and no package runs a script. No package
 * needs one.
 */
const args = [
  "ci",
  "--no-dry-run",
  "--bin-links",
  "--ignore-scripts",
  "--install-strategy=hoisted",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
];

/** Neither NODE_ENV nor `omit` in the user's .npmrc may change what is installed. */
const kinds = ["dev", "optional", "peer"];

/**
 * @param {string} root
 * @param {import("./node-modules.mjs").Packages} packages
 * @param {NodeJS.ProcessEnv} env of the user
 * @returns {Promise<void>}
 */
export function npmCi(root, packages, env) {
  const selection = kinds.map((kind) => `--${packages === "all" ? "include" : "omit"}=${kind}`);
  return new Promise((resolve, reject) => {
    const npm = spawn("npm", [...args, ...selection], {
      cwd: root,
      env: npmEnvironment(env),
      stdio: ["ignore", 2, "pipe"],
    });
    let errors = "";
    npm.stderr?.setEncoding("utf8").on("data", (text) => {
      errors += text;
      process.stderr.write(text);
    });
    npm.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      const missing = failure(
        "npm was not found on PATH",
        `Install npm: the downloads of nodejs.org contain it, Debian has the package \`npm\`. This Node is ${process.execPath}`,
      );
      reject(error.code === "ENOENT" ? missing : error);
    });
    npm.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(failure(`npm ci failed with ${signal ?? code}; its message is above`, remedyFor(errors, root)));
    });
  });
}

/**
 * Chooses the remedy by the error codes of the system and of npm that a message contains.
 * @param {string} message
 * @param {string} root
 */
export function remedyFor(message, root) {
  if (/\b(?:EACCES|EPERM|EROFS)\b/u.test(message))
    return `Run the command as the owner of ${root}, or clone the repository into a folder that you may write`;
  if (/\b(?:ENOSPC|EDQUOT)\b/u.test(message))
    return `Free 500 MB on the disk of ${root} and on the disk of npm's cache (\`npm config get cache\`)`;
  if (
    /\b(?:ENOTFOUND|EAI_AGAIN|ECONN\w+|E\w*TIMEDOUT|E(?:NET|HOST)UNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/u.test(
      message,
    )
  )
    return "Check the network and the proxy: npm cannot reach the package registry (`npm config get registry`)";
  return "Follow npm's message, then run the command again";
}
