// @ts-check
/**
 * A lock of this machine. Its holder listens on a socket, which the kernel closes when the process ends, even when it is
 * killed. A process that waits for the lock connects to the socket, and the holder sends a description of itself.
 *
 * Plain JavaScript, because the bootstrap uses it before the TypeScript loader is installed.
 */
import { rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** @typedef {{ user: string, pid: number, since: string, folder: string, command: string }} Holder */
/**
 * @typedef {object} LockOptions
 * @property {string} name At most 40 characters: letters, digits and hyphens.
 * @property {(holder: Holder | undefined) => void} onWait Called for each holder that is waited for; `undefined` when it sends no description of itself.
 * @property {AbortSignal} [signal] Ends the waiting.
 * @property {string | undefined} [sharedWith] The pid of a process that started this one. While that process holds the lock, this one may work without waiting.
 */

/** After this time without a description from the holder, the wait is announced without one. */
const descriptionTimeoutMs = 1000;

/**
 * Linux has socket names outside the file system ("abstract sockets"). They need no folder and no permissions, and a killed
 * process leaves no file behind. Node 20 pads such a name to 108 bytes and Node 22 does not; it is padded here, so that it is
 * the same for both. On other platforms the socket is a file in the user's temporary folder, so each user has a lock.
 * @param {string} name
 * @param {string} [platform]
 */
export const addressOf = (name, platform = process.platform) =>
  platform === "linux" ? `\0${name}`.padEnd(108, ".") : join(tmpdir(), `${name}.sock`);

/**
 * Runs work while no other process of this machine holds the lock.
 * @template T
 * @param {LockOptions} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock({ name, onWait, signal, sharedWith }, work) {
  const address = addressOf(name);
  for (;;) {
    signal?.throwIfAborted();
    const release = await listen(address);
    if (release) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    if (await waitForHolder(address, onWait, signal, sharedWith)) return await work();
  }
}

/**
 * Takes the lock when it is free.
 * @param {string} address
 * @returns {Promise<(() => Promise<void>) | undefined>} The function that releases it; `undefined` when another process holds it.
 */
function listen(address) {
  /** @type {Holder} */
  const holder = {
    user: userName(),
    pid: process.pid,
    since: new Date().toISOString(),
    folder: process.cwd(),
    command: ["npm run", ...process.argv.slice(2)].join(" "),
  };
  /** @type {Set<import("node:net").Socket>} */
  const waiting = new Set();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on("error", () => {}).on("close", () => waiting.delete(socket));
    socket.write(`${JSON.stringify(holder)}\n`);
  });
  const release = () =>
    /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of waiting) socket.destroy();
      })
    );
  return new Promise((resolve, reject) => {
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(address, () => resolve(release));
  });
}

/**
 * @param {string} address
 * @param {LockOptions["onWait"]} onWait
 * @param {AbortSignal | undefined} signal
 * @param {string | undefined} sharedWith
 * @returns {Promise<boolean>} `true`: this process shares the holder's lock. `false`: the holder has released it, or has ended.
 */
function waitForHolder(address, onWait, signal, sharedWith) {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path: address, ...(signal && { signal }) });
    const silent = setTimeout(() => onWait(undefined), descriptionTimeoutMs);
    let received = "";
    socket.setEncoding("utf8").on("data", (text) => {
      received += text;
      if (!received.endsWith("\n")) return;
      clearTimeout(silent);
      const holder = parseHolder(received);
      if (sharedWith === undefined || String(holder?.pid) !== sharedWith) return onWait(holder);
      resolve(true);
      socket.destroy();
    });
    socket.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      if (signal?.aborted) reject(signal.reason);
      // When the socket is a file, a killed process leaves the file behind.
      else if (error.code === "ECONNREFUSED" && !address.startsWith("\0")) rmSync(address, { force: true });
      else if (!["ECONNREFUSED", "ECONNRESET", "ENOENT"].includes(error.code ?? "")) reject(error);
    });
    socket.on("close", () => {
      clearTimeout(silent);
      resolve(false);
    });
  });
}

/**
 * @param {string} text
 * @returns {Holder | undefined}
 */
function parseHolder(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Any process may listen under the name of the lock.
  }
}

/**
 * Describes the holder of a lock in one line: its command, user, folder, pid and start.
 * @param {Holder | undefined} holder
 */
export function describeHolder(holder) {
  if (!holder) return "a process that does not say which it is";
  const { user, pid, since, folder, command } = holder;
  // `sv-SE` writes the local time as 2026-11-27 18:05:12. Control characters are replaced, because the text comes from
  // another process and is written to a terminal.
  return `\`${command}\` of ${user} in ${folder} (pid ${pid}, since ${new Date(since).toLocaleString("sv-SE")})`.replaceAll(
    /\p{C}/gu,
    "?",
  );
}

/** The name of the user; the number when the machine's list of users has no entry for it. */
function userName() {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}
