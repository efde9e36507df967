/** Unpacks an engine and all that it calls into its home. Nothing is installed: the machine's packages stay as they are. */
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
import type { Effects } from "../core/effects.ts";
import { type Machine, text } from "./machine.ts";
import type { Home } from "./home.ts";
import { privateApt, remove, suite, unpackAll } from "./packages.ts";

/** From the newer Debian, also on the older one: these run with its libraries. */
const fromSuite = ["docker.io", "docker-cli", "docker-buildx", "docker-compose", "containerd"] as const;

/** From the machine's own release: what these link against must be what the machine has. */
const fromOwn = [
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
  // Its `ip`, `modprobe` and `ps`, of which a bare Debian has none.
  "busybox-static",
  // For a machine without: the engine asks real registries first.
  "ca-certificates",
] as const;

export interface Installed {
  readonly packages: readonly string[];
  readonly seconds: number;
}

export const codenames: Readonly<Record<string, string>> = { "12": "bookworm", "13": "trixie" };

/** What is downloaded on a release of Debian, as apt wants it named. */
export const packagesFor = (release: string): readonly string[] => [
  ...fromSuite.map((name) => `${name}/${suite}`),
  ...fromOwn.map((name) => `${name}/${codenames[release] ?? suite}`),
];

export async function install(home: Home, machine: Machine, fx: Effects): Promise<void> {
  const began = performance.now();
  await fx.group(`A Docker engine, unpacked into ${home.folder} (nothing else of this machine changes)`, async () => {
    const wanted = packagesFor(machine.release);
    const apt = await privateApt(home.apt, [...new Set([suite, codenames[machine.release] ?? suite])], fx);
    const fresh = `${home.packages}.new`;
    remove(fresh);
    mkdirSync(fresh, { recursive: true });
    remove(apt.archives);
    mkdirSync(join(apt.archives, "partial"), { recursive: true });
    await fx.run(apt.get("download", ...wanted), { cwd: apt.archives, title: `${wanted.length} packages` });
    fx.throwIfCancelled();
    await unpackAll(apt.archives, fresh, fx, availableParallelism());
    const packages = readdirSync(apt.archives).filter((file) => file.endsWith(".deb"));
    remove(home.packages);
    renameSync(fresh, home.packages);
    remove(apt.archives);
    await arrange(home, machine, fx);
    const installed: Installed = { packages, seconds: Math.round(performance.now() - began) / 1000 };
    writeFileSync(home.installed, `${JSON.stringify(installed, undefined, 2)}\n`);
  });
}

/** The commands that users and the daemon find: links, and wrappers for those that need to be told where their libraries are. */
async function arrange(home: Home, machine: Machine, fx: Effects): Promise<void> {
  const usr = join(home.packages, "usr");
  const plugins = join(usr, "libexec/docker/cli-plugins");
  for (const folder of [home.bin, home.sbin, home.client]) mkdirSync(folder, { recursive: true });
  link(join(usr, "bin/docker"), join(home.bin, "docker"));
  link(join(plugins, "docker-compose"), join(home.bin, "docker-compose"));
  link(plugins, join(home.client, "cli-plugins"));
  // Logins are the user's, and stay where they are.
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
  await arrangePacketFilter(home, fx);
  writeFileSync(join(home.folder, "certificates.pem"), mozillaBundle(join(usr, "share/ca-certificates/mozilla")));
}

/** Newer kernels know nftables, older ones the tables before it; both kinds of command are in one package. */
async function arrangePacketFilter(home: Home, fx: Effects): Promise<void> {
  const usr = join(home.packages, "usr");
  const libraries =
    readdirSync(join(usr, "lib"))
      .map((name) => join(usr, "lib", name))
      .find((path) => existsSync(join(path, "xtables"))) ?? join(usr, "lib");
  const env = { LD_LIBRARY_PATH: libraries, XTABLES_LIBDIR: join(libraries, "xtables") };
  const program = (kind: string) => join(usr, `sbin/xtables-${kind}-multi`);
  const modern = await fx.tryRun([program("nft"), "iptables", "--table", "nat", "--list-rules"], { env });
  const chosen = program(modern.code === 0 ? "nft" : "legacy");
  for (const name of ["iptables", "ip6tables"].flatMap((each) => [each, `${each}-save`, `${each}-restore`])) {
    const file = join(home.sbin, name);
    const settings = Object.entries(env)
      .map(([key, value]) => `${key}='${value}'`)
      .join(" ");
    writeFileSync(file, `#!/bin/sh\nexec env ${settings} '${chosen}' ${name} "$@"\n`);
    chmodSync(file, 0o755);
  }
}

const mozillaBundle = (folder: string): string =>
  existsSync(folder)
    ? readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), "utf8").trimEnd())
        .join("\n")
    : "";

function link(target: string, at: string): void {
  remove(at);
  symlinkSync(target, at);
}

export const readInstalled = (home: Home): Installed | undefined =>
  existsSync(home.installed) ? (JSON.parse(text(home.installed)) as Installed) : undefined;
