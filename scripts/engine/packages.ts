/** Downloads Debian packages with a private apt and unpacks them into a folder. The machine's own packages do not change. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../contract/user-error.ts";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { pool } from "../core/pool.ts";
import { type Source, findMirror, formatOneLine, parseDeb822, parseOneLine, privateConfig } from "./apt.ts";
import { parseOsRelease, readOrEmpty } from "./machine.ts";

/** The Debian release that Docker's packages and the stand-ins come from, on Debian 12 too: its own Docker is too old. */
export const suite = "trixie";

/**
 * Finds the machine's own Debian mirror in its apt configuration.
 * @throws UserError when apt has no source for the machine's release
 */
export function machineMirror(): Source {
  const folder = "/etc/apt/sources.list.d";
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const sources = [
    ...parseOneLine(readOrEmpty("/etc/apt/sources.list")),
    ...files.filter((file) => file.endsWith(".list")).flatMap((file) => parseOneLine(readOrEmpty(join(folder, file)))),
    ...files
      .filter((file) => file.endsWith(".sources"))
      .flatMap((file) => parseDeb822(readOrEmpty(join(folder, file)))),
  ];
  const codename = parseOsRelease(readOrEmpty("/etc/os-release"))["VERSION_CODENAME"] ?? "";
  const found = findMirror(sources, codename);
  if (!found)
    throw new UserError(
      `The apt configuration of this machine has no source for ${codename || "its Debian release"}`,
      "Add the source to /etc/apt/sources.list.d/debian.sources",
    );
  return { ...found, signedBy: found.signedBy ?? debianKeyring() };
}

/** Finds the file with the keys of all Debian releases. Without it, apt may trust only the keys of the machine's own release. */
const debianKeyring = (): string | undefined =>
  ["/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp"].find((file) =>
    existsSync(file),
  );

export interface Apt {
  /** The `apt-get` command with these arguments. */
  readonly get: (...args: readonly string[]) => Command;
  /** The folder that packages are downloaded to. */
  readonly archives: string;
}

/**
 * Sets up an apt below `folder` that has its own sources, lists, caches and record of installed packages, and fetches the
 * package lists of the suites.
 * @throws UserError when the machine's mirror does not answer
 */
export async function privateApt(folder: string, suites: readonly string[], fx: Effects): Promise<Apt> {
  for (const part of ["lists/partial", "cache/archives/partial", "state", "log"])
    mkdirSync(join(folder, part), { recursive: true });
  const status = join(folder, "status");
  const config = join(folder, "apt.conf");
  const source = machineMirror();
  writeFileSync(status, "");
  writeFileSync(config, privateConfig(folder, status));
  writeFileSync(join(folder, "sources.list"), suites.map((name) => `${formatOneLine(source, name)}\n`).join(""));
  const get: Apt["get"] = (...args) => ["apt-get", "--config-file", config, "--quiet", "--yes", ...args];
  try {
    await fx.run(get("update", "--error-on=any"), { title: `package lists of Debian ${suites.join(" and ")}` });
  } catch (cause) {
    throw new UserError(
      `The package lists of ${source.uri} could not be fetched`,
      "Run `apt-get update` to check that this machine reaches its mirror",
      { cause },
    );
  }
  return { get, archives: join(folder, "cache/archives") };
}

/** Unpacks every package of the folder `archives` into the folder `into`, `workers` at a time. */
export async function unpackAll(archives: string, into: string, fx: Effects, workers: number): Promise<void> {
  const packages = readdirSync(archives).filter((file) => file.endsWith(".deb"));
  await pool(workers, packages, (file) => fx.output(["dpkg-deb", "--extract", join(archives, file), into]));
}

export const remove = (path: string): void => rmSync(path, { recursive: true, force: true });
