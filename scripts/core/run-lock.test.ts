import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { type Socket, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { Cancelled } from "./command.ts";
import { addressOf } from "./lock.mjs";
import { withMachineLock } from "./run-lock.ts";

const unusedName = () => `wmd-test-${randomUUID().slice(0, 8)}`;

function recorder() {
  const lines: string[] = [];
  const cancellation = new AbortController();
  return {
    lines,
    log: (line: string) => void lines.push(line),
    signal: cancellation.signal,
    cancel: () => cancellation.abort(new Cancelled("ended by SIGINT")),
  };
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Starts a process that holds a lock until it is killed. Resolves when it has the lock or waits for it. */
async function holder(name: string, options: { readonly uid?: number; readonly platform?: string } = {}) {
  const { uid, platform = process.platform } = options;
  const program = `
    Object.defineProperty(process, "platform", { value: "${platform}" });
    const { withLock } = await import("${resolve("scripts/core/lock.mjs")}");
    ${uid === undefined ? "" : `process.setuid(${uid})`};
    setInterval(() => {}, 60_000);
    await withLock({ name: "${name}", onWait: () => console.log("waits") }, () => {
      console.log("holds");
      return new Promise(() => {});
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program, "main.ts", "engine", "start"], {
    cwd: tmpdir(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [state] = (await once(child.stdout, "data")) as [Buffer];
  return { child, pid: child.pid, state: state.toString().trim() };
}

/** Waits until a condition is true; the timeout of the test ends the wait. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 10));
}

describe("a lock of this machine", () => {
  test("returns the result of the work, is free afterwards, and logs nothing when no process waits", async () => {
    const [name, fx] = [unusedName(), recorder()];
    expect(await withMachineLock(name, fx, () => Promise.resolve(1))).toBe(1);
    await expect(withMachineLock(name, fx, () => Promise.reject(new Error("red")))).rejects.toThrow("red");
    expect(await withMachineLock(name, fx, () => Promise.resolve(2))).toBe(2);
    expect(fx.lines).toEqual([]);
  });

  test("a second process logs the holder, and runs its work when the holder is killed", async () => {
    const [name, fx] = [unusedName(), recorder()];
    const { child, pid } = await holder(name);
    const second = withMachineLock(name, fx, () => Promise.resolve("went on"));
    await until(() => fx.lines.length > 0);
    for (const fact of [
      "npm run engine start",
      userInfo().username,
      tmpdir(),
      `pid ${pid}`,
      String(new Date().getFullYear()),
    ])
      expect(fx.lines[0]).toContain(fact);
    child.kill("SIGKILL");
    expect(await second).toBe("went on");
    expect(fx.lines).toHaveLength(1);
  });

  test("only one work runs at a time", async () => {
    const [name, fx] = [unusedName(), recorder()];
    let working = 0;
    const work = async () => {
      expect(++working).toBe(1);
      await new Promise((done) => setTimeout(done, 5));
      working--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withMachineLock(name, fx, work)));
    expect(working).toBe(0);
  });

  test("a process of another user, without an entry in the list of users, can hold the lock, too", async () => {
    const [name, fx] = [unusedName(), recorder()];
    // Only root may become another user.
    const other = process.getuid?.() === 0 ? { uid: 54_321 } : {};
    const { child } = await holder(name, other);
    const second = withMachineLock(name, fx, () => Promise.resolve());
    await until(() => fx.lines.length > 0);
    expect(fx.lines[0]).toContain(other.uid === undefined ? userInfo().username : "user 54321");
    child.kill("SIGKILL");
    await second;
  });

  test("a signal ends the wait, and the work does not run", async () => {
    const [name, fx] = [unusedName(), recorder()];
    await holder(name);
    let ran = false;
    const second = withMachineLock(name, fx, () => Promise.resolve((ran = true)));
    await until(() => fx.lines.length > 0);
    fx.cancel();
    await expect(second).rejects.toThrow(Cancelled);
    expect(ran).toBe(false);
  });

  test("a process that shares the lock of the holder does not wait", async () => {
    const [name, fx] = [unusedName(), recorder()];
    const { pid } = await holder(name);
    expect(await withMachineLock(name, fx, () => Promise.resolve("at once"), String(pid))).toBe("at once");
    expect(fx.lines).toEqual([]);
  });

  test("a process that shares the lock of a process other than the holder waits", async () => {
    const [name, fx] = [unusedName(), recorder()];
    const { child } = await holder(name);
    const second = withMachineLock(name, fx, () => Promise.resolve(), "1");
    await until(() => fx.lines.length > 0);
    child.kill("SIGKILL");
    await second;
    expect(fx.lines).toHaveLength(1);
  });

  test.each([
    { sends: "nothing", text: "" },
    { sends: "no JSON", text: "hello\n" },
    { sends: "JSON of another form", text: "7\n" },
    {
      sends: "control characters",
      text: `${JSON.stringify({ user: "\u001b[2J", pid: 1, since: "x", folder: "\n" })}\n`,
    },
  ])("a foreign holder that sends $sends is waited for, and cannot write to the terminal", async ({ text }) => {
    const [name, fx] = [unusedName(), recorder()];
    const foreign = createServer((socket) => socket.on("error", () => {}).write(text));
    foreign.listen(addressOf(name));
    await once(foreign, "listening");
    const sockets = new Set<Socket>();
    foreign.on("connection", (socket) => sockets.add(socket));
    const second = withMachineLock(name, fx, () => Promise.resolve("went on"));
    await until(() => fx.lines.length > 0);
    expect(fx.lines[0]).not.toMatch(/\p{C}/u);
    foreign.close();
    for (const socket of sockets) socket.destroy();
    expect(await second).toBe("went on");
  });

  test("the name of an abstract socket has the full length, so that no version of Node pads it", () =>
    expect(Buffer.byteLength(addressOf("wmd-run", "linux"))).toBe(108));

  test("when the socket is a file, a second process waits, and the file of a killed process is replaced", async () => {
    const [name, platform] = [unusedName(), "darwin"];
    const first = await holder(name, { platform });
    const second = await holder(name, { platform });
    expect(second.state).toBe("waits");
    for (const { child } of [second, first]) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    expect(existsSync(addressOf(name, platform))).toBe(true);
    expect((await holder(name, { platform })).state).toBe("holds");
    rmSync(addressOf(name, platform));
  });
});
