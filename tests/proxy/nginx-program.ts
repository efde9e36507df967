/**
 * A real nginx of the version that production runs, without an engine where that is possible: the machine's own, or Debian's,
 * which is downloaded once and unpacked into a folder; elsewhere the image in a container.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { images } from "../../contract/base-images.ts";
import { runLabel } from "../../contract/names.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Command } from "../../scripts/core/command.ts";
import type { Effects } from "../../scripts/core/effects.ts";
import { docker } from "../../scripts/docker/docker.ts";
import { parseOsRelease, readOrEmpty } from "../../scripts/engine/machine.ts";
import { privateApt, unpackAll } from "../../scripts/engine/packages.ts";

export interface NginxProgram {
  /** Starts nginx with the `nginx.conf` of a folder, and returns what stops it. */
  start(folder: string): Promise<() => Promise<void>>;
}

/** The first version with `keepalive_min_timeout`, and with `resolve` in an upstream. */
const oldest = [1, 27, 4] as const;

const isNewEnough = (output: string): boolean => {
  const found = /nginx\/(\d+)\.(\d+)\.(\d+)/u.exec(output)?.slice(1).map(Number) ?? [];
  const index = oldest.findIndex((part, position) => found[position] !== part);
  return found.length === oldest.length && (index < 0 || (found[index] ?? 0) > (oldest[index] ?? 0));
};

export async function nginxProgram(fx: Effects): Promise<NginxProgram> {
  const { code, stdout, stderr } = await fx.tryRun(["nginx", "-v"]);
  if (code === 0 && isNewEnough(stdout + stderr)) return onThisMachine(["nginx"], fx);
  if (parseOsRelease(readOrEmpty("/etc/os-release"))["ID"] === "debian") return onThisMachine(await unpacked(fx), fx);
  if ((await fx.tryRun(["docker", "version"])).code === 0) return inContainer(fx);
  throw new UserError(
    `There is no nginx ${oldest.join(".")} or newer, no Debian to download it from, and no Docker engine`,
    "Install a newer nginx, or start Docker",
  );
}

function onThisMachine(program: readonly [string, ...string[]], fx: Effects): NginxProgram {
  // As root, nginx would otherwise run as a user that may not write to the folder.
  const user = process.getuid?.() === 0 ? "user root; " : "";
  const run = (folder: string, ...args: readonly string[]): Command => [
    ...program,
    "-p",
    folder,
    "-c",
    join(folder, "nginx.conf"),
    "-g",
    `${user}daemon on;`,
    ...args,
  ];
  return {
    async start(folder) {
      await fx.output(run(folder));
      return async () => {
        await fx.cleanUp(run(folder, "-s", "stop"));
        // nginx removes this file when it ends.
        while (existsSync(join(folder, "nginx.pid"))) await sleep(20);
      };
    },
  };
}

function inContainer(fx: Effects): NginxProgram {
  return {
    async start(folder) {
      const name = `wmd-nginx-${process.pid}-${Date.now()}`;
      const place = ["--network=host", `--volume=${folder}:${folder}`, `--user=${process.getuid?.() ?? 0}`];
      const run = ["nginx", "-p", folder, "-c", join(folder, "nginx.conf"), "-g", "daemon off;"];
      const start: Command = [
        "docker",
        "run",
        "--detach",
        "--name",
        name,
        "--label",
        runLabel,
        ...place,
        images.proxy,
        ...run,
      ];
      await fx.output(start);
      return async () => void (await fx.cleanUp(docker.remove(name)));
    },
  };
}

/** The Debian release with nginx 1.30. Its program runs with its own libraries, so the machine may be an older release. */
const suite = "forky";
const packages = ["nginx", "libc6", "libcrypt1", "libpcre2-8-0", "libssl3t64", "zlib1g"];
const home = resolve("node_modules/.cache/nginx");

async function unpacked(fx: Effects): Promise<readonly [string, ...string[]]> {
  if (!existsSync(home)) await unpackInto(home, fx);
  const libraries = readdirSync(join(home, "usr/lib"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.includes("-linux-"))
    .map(({ name }) => join(home, "usr/lib", name));
  const loader = libraries
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .find((path) => /\/ld-linux-[^/]*\.so\.\d$/u.test(path));
  if (loader === undefined)
    throw new UserError(`${home} has no loader of programs`, "Remove this folder; it is filled again");
  return [loader, "--library-path", libraries.join(":"), join(home, "usr/sbin/nginx")];
}

/** Under another name first, so that the folder is complete as soon as it exists. */
async function unpackInto(folder: string, fx: Effects): Promise<void> {
  mkdirSync(resolve(folder, ".."), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  try {
    const apt = await privateApt(join(work, "apt"), [suite], fx);
    await fx.run(apt.get("download", ...packages), { cwd: apt.archives, title: "download nginx" });
    await unpackAll(apt.archives, join(work, "root"), fx, 2);
    if (!existsSync(folder)) renameSync(join(work, "root"), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
