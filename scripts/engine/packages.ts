/** Debian packages without touching the machine's own: a private apt, and packages unpacked into a folder. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { pool } from "../core/pool.ts";
import { type Source, mirror, oneLine, parseDeb822, parseOneLine, privateConfig } from "./apt.ts";
import { parseOsRelease, text } from "./machine.ts";

/** Dockers's packages and the stand-ins come from here, on either Debian: the older one's are too old. */
export const suite = "trixie";

export function machineMirror(): Source {
  const folder = "/etc/apt/sources.list.d";
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const sources = [
    ...parseOneLine(text("/etc/apt/sources.list")),
    ...files.filter((file) => file.endsWith(".list")).flatMap((file) => parseOneLine(text(join(folder, file)))),
    ...files.filter((file) => file.endsWith(".sources")).flatMap((file) => parseDeb822(text(join(folder, file)))),
  ];
  const codename = parseOsRelease(text("/etc/os-release"))["VERSION_CODENAME"] ?? "";
  const found = mirror(sources, codename);
  if (!found)
    throw new UserError(
      `apt has no source for ${codename || "this release"}`,
      "add one: /etc/apt/sources.list.d/debian.sources",
    );
  return { ...found, signedBy: found.signedBy ?? debianKeyring() };
}

/** A machine may trust its own release's keys alone; the package of keyrings has the others beside. */
const debianKeyring = (): string | undefined =>
  ["/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp"].find((file) =>
    existsSync(file),
  );

export interface Apt {
  readonly get: (...args: readonly string[]) => readonly [string, ...string[]];
  readonly archives: string;
}

/** An apt with sources, lists, caches and a record of installed packages of its own. */
export async function privateApt(folder: string, suites: readonly string[], fx: Effects): Promise<Apt> {
  for (const part of ["lists/partial", "cache/archives/partial", "state", "log"])
    mkdirSync(join(folder, part), { recursive: true });
  const status = join(folder, "status");
  const config = join(folder, "apt.conf");
  const source = machineMirror();
  writeFileSync(status, "");
  writeFileSync(config, privateConfig(folder, status));
  writeFileSync(join(folder, "sources.list"), suites.map((each) => `${oneLine(source, each)}\n`).join(""));
  const get: Apt["get"] = (...args) => ["apt-get", "--config-file", config, "--quiet", "--yes", ...args];
  try {
    await fx.run(get("update", "--error-on=any"), { title: `package lists of Debian ${suites.join(" and ")}` });
  } catch (cause) {
    throw new UserError(
      `the package lists of ${source.uri} could not be fetched`,
      `check that this machine reaches it: apt-get update`,
      { cause },
    );
  }
  return { get, archives: join(folder, "cache/archives") };
}

/** Unpacks every package of a folder into another, as many at a time as there are processors. */
export async function unpackAll(archives: string, into: string, fx: Effects, workers: number): Promise<void> {
  const packages = readdirSync(archives).filter((file) => file.endsWith(".deb"));
  await pool(workers, packages, (file) => fx.output(["dpkg-deb", "--extract", join(archives, file), into]));
}

export const remove = (path: string): void => rmSync(path, { recursive: true, force: true });
