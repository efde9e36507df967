/** Unpacks an engine and the programs that it runs into the engine's home. The machine's own packages do not change. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../contract/json.ts";
import type { Effects } from "../core/effects.ts";
import { type Machine, readOrEmpty } from "./machine.ts";
import type { Home } from "./home.ts";
import { privateApt, remove, suite, unpackAll } from "./packages.ts";

/** Taken from Debian 13 on Debian 12 too: they run with the libraries of either. */
const packagesOfSuite = ["docker.io", "docker-cli", "docker-buildx", "docker-compose", "containerd"] as const;

/** Taken from the machine's own release, because they link against the machine's libraries. */
const packagesOfRelease = [
  "runc",
  "tini",
  "iptables",
  "libip4tc2",
  "libip6tc2",
  "libxtables12",
  "libmnl0",
  "libnetfilter-conntrack3",
  "libnfnetlink0",
  "libnftnl11",
  // Provides `ip`, `modprobe` and `ps`, which a minimal Debian does not have.
  "busybox-static",
  // The engine needs certificates to pull from registries; a minimal Debian has none.
  "ca-certificates",
] as const;

const installedSchema = v.object({
  /** The file names of the packages. */
  packages: v.pipe(v.array(v.string()), v.readonly()),
  /** How long the installation took. */
  seconds: v.number(),
});
export type Installed = Readonly<v.InferOutput<typeof installedSchema>>;

const codenames: Readonly<Record<string, string>> = { "12": "bookworm", "13": "trixie" };

/** The packages for a release of Debian, each as `NAME/SUITE`. */
export const packagesFor = (release: string): readonly string[] => [
  ...packagesOfSuite.map((name) => `${name}/${suite}`),
  ...packagesOfRelease.map((name) => `${name}/${codenames[release] ?? suite}`),
];

export async function install(home: Home, machine: Machine, fx: Effects): Promise<void> {
  const startedAt = performance.now();
  await fx.group(`Unpack a Docker engine into ${home.folder} (nothing else on this machine changes)`, async () => {
    const names = packagesFor(machine.release);
    const apt = await privateApt(home.apt, [...new Set([suite, codenames[machine.release] ?? suite])], fx);
    const unpacked = `${home.packages}.new`;
    remove(unpacked);
    mkdirSync(unpacked, { recursive: true });
    remove(apt.archives);
    mkdirSync(join(apt.archives, "partial"), { recursive: true });
    await fx.run(apt.get("download", ...names), { cwd: apt.archives, title: `download ${names.length} packages` });
    fx.throwIfCancelled();
    await unpackAll(apt.archives, unpacked, fx, availableParallelism());
    const packages = readdirSync(apt.archives).filter((file) => file.endsWith(".deb"));
    remove(home.packages);
    renameSync(unpacked, home.packages);
    remove(apt.archives);
    await linkCommands(home, machine, fx);
    const installed: Installed = { packages, seconds: Math.round(performance.now() - startedAt) / 1000 };
    writeFileSync(home.installed, `${JSON.stringify(installed, undefined, 2)}\n`);
  });
}

/**
 * Fills the folders of commands for users and for the daemon: links, and wrapper scripts for the commands that must be given
 * the path of their libraries.
 */
async function linkCommands(home: Home, machine: Machine, fx: Effects): Promise<void> {
  const usr = join(home.packages, "usr");
  const plugins = join(usr, "libexec/docker/cli-plugins");
  for (const folder of [home.bin, home.sbin, home.client]) mkdirSync(folder, { recursive: true });
  link(join(usr, "bin/docker"), join(home.bin, "docker"));
  link(join(plugins, "docker-compose"), join(home.bin, "docker-compose"));
  link(plugins, join(home.client, "cli-plugins"));
  // The file with the user's registry logins is linked, so that there is no second copy of them.
  const logins = join(machine.env["DOCKER_CONFIG"] ?? join(machine.userHome, ".docker"), "config.json");
  if (existsSync(logins) && !logins.startsWith(home.client)) link(logins, join(home.client, "config.json"));

  for (const name of [
    "docker",
    "dockerd",
    "docker-proxy",
    "docker-init",
    "containerd",
    "containerd-shim-runc-v2",
    "runc",
  ]) {
    const file = ["bin", "sbin"].map((folder) => join(usr, folder, name)).find((path) => existsSync(path));
    if (file) link(file, join(home.sbin, name));
  }
  const busybox = ["bin/busybox", "usr/bin/busybox"]
    .map((path) => join(home.packages, path))
    .find((path) => existsSync(path));
  if (busybox) for (const name of ["ip", "modprobe", "ps"]) link(busybox, join(home.sbin, name));
  await linkPacketFilter(home, fx);
  writeFileSync(join(home.folder, "certificates.pem"), certificateBundle(join(usr, "share/ca-certificates/mozilla")));
}

/** Newer kernels have nftables, older ones legacy iptables. The package has the commands for both. */
async function linkPacketFilter(home: Home, fx: Effects): Promise<void> {
  const usr = join(home.packages, "usr");
  const libraries =
    readdirSync(join(usr, "lib"))
      .map((name) => join(usr, "lib", name))
      .find((path) => existsSync(join(path, "xtables"))) ?? join(usr, "lib");
  const env = { LD_LIBRARY_PATH: libraries, XTABLES_LIBDIR: join(libraries, "xtables") };
  const program = (kind: string) => join(usr, `sbin/xtables-${kind}-multi`);
  const nft = await fx.tryRun([program("nft"), "iptables", "--table", "nat", "--list-rules"], { env });
  const multi = program(nft.code === 0 ? "nft" : "legacy");
  for (const name of ["iptables", "ip6tables"].flatMap((command) => [
    command,
    `${command}-save`,
    `${command}-restore`,
  ])) {
    const file = join(home.sbin, name);
    const settings = Object.entries(env)
      .map(([key, value]) => `${key}='${value}'`)
      .join(" ");
    writeFileSync(file, `#!/bin/sh\nexec env ${settings} '${multi}' ${name} "$@"\n`);
    chmodSync(file, 0o755);
  }
}

/** Joins the certificates of Mozilla's list into one PEM bundle. */
const certificateBundle = (folder: string): string =>
  existsSync(folder)
    ? readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), "utf8").trimEnd())
        .join("\n")
    : "";

function link(target: string, path: string): void {
  remove(path);
  symlinkSync(target, path);
}

/** @returns undefined when no engine is installed in this home */
export const readInstalled = (home: Home): Installed | undefined =>
  existsSync(home.installed) ? parseJson(installedSchema, readOrEmpty(home.installed), home.installed) : undefined;
