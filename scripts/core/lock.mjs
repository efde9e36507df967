// @ts-check
/**
 * A lock on this machine, held by the kernel: a listening socket. It is free again when its process has ended, however it
 * ended. A process that waits for the lock connects to the holder, which sends its facts.
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
 * @property {(holder: Holder | undefined) => void} onWait Called for each holder that is waited for; `undefined` when it sends no facts.
 * @property {AbortSignal} [signal] Ends the waiting.
 * @property {string | undefined} [sharedWith] The pid of a process on whose behalf this one runs: while that one holds the lock, so does this one.
 */

/** How long a holder may take to send its facts before the wait is announced without them. */
const factsTimeoutMs = 2000;

/**
 * Linux has socket names outside the file system ("abstract sockets"): no folder, no permissions, and no file that a killed
 * process leaves behind. Node 20 pads such a name to 108 bytes and Node 22 does not; padded here, it is the same for both.
 * Elsewhere the socket is a file in the user's temporary folder, so that the lock is one per user.
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
 * @returns {Promise<(() => Promise<void>) | undefined>} What releases it; `undefined` when another process holds it.
 */
function listen(address) {
  /** @type {Holder} */
  const facts = {
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
    socket.write(`${JSON.stringify(facts)}\n`);
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
    const silent = setTimeout(() => onWait(undefined), factsTimeoutMs);
    let received = "";
    socket.setEncoding("utf8").on("data", (text) => {
      received += text;
      if (!received.endsWith("\n")) return;
      clearTimeout(silent);
      const holder = parseFacts(received);
      if (sharedWith === undefined || String(holder?.pid) !== sharedWith) return onWait(holder);
      resolve(true);
      socket.destroy();
    });
    socket.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      if (signal?.aborted) reject(signal.reason);
      // Where a socket is a file, a killed process leaves it behind.
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
function parseFacts(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Any process may listen under the name of the lock.
  }
}

/**
 * Who holds the lock, where, and since when, in one line.
 * @param {Holder | undefined} holder
 */
export function describeHolder(holder) {
  if (!holder) return "a process that does not say which it is";
  const { user, pid, since, folder, command } = holder;
  // `sv-SE` writes the local time as 2026-11-27 18:05:12. Control characters of another user's process stay off this terminal.
  return `\`${command}\` of ${user} in ${folder} (pid ${pid}, since ${new Date(since).toLocaleString("sv-SE")})`.replaceAll(
    /\p{C}/gu,
    "?",
  );
}

/** A user without an entry in the machine's list of users has a number only. */
function userName() {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}
