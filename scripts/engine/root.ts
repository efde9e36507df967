/**
 * The root of a minimal Debian, made with what every Debian has: apt and dpkg.
 * It carries what makes a container on this machine reach what the machine reaches: package sources, certificates,
 * the indexes of pip and npm. They are read from the machine each time; none of them is written down here.
 */
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Effects } from "../core/effects.ts";
import { reachSettings, stanza } from "./apt.ts";
import type { Home } from "./home.ts";
import { type Machine, text } from "./machine.ts";
import { machineMirror, privateApt, remove, suite, unpackAll } from "./packages.ts";
import { certificates, npmSettings, pipSettings } from "./reach.ts";

/** `?essential` is what dpkg itself takes for granted; then what the real slim images have, and busybox, whose applets the stand-ins for alpine link. */
export const rootPackages = [
  "?essential",
  "apt",
  "passwd",
  "mount",
  "ca-certificates",
  "netbase",
  "tzdata",
  "debian-archive-keyring",
  "busybox",
] as const;

/** Documentation and translations, as the real slim images leave out. */
const leftOut = [
  "/usr/share/doc/*",
  "/usr/share/man/*",
  "/usr/share/locale/*",
  "/usr/share/info/*",
  "/usr/share/lintian/*",
] as const;

export async function makeRoot(home: Home, machine: Machine, tar: string, fx: Effects): Promise<void> {
  await fx.group("A minimal Debian, which the base images start from", async () => {
    const place = workplace(home);
    const root = join(place, "root");
    const archives = join(root, "debs");
    remove(place);
    try {
      mkdirSync(join(archives, "partial"), { recursive: true });
      const apt = await privateApt(home.apt, [suite], fx);
      await fx.run(
        apt.get("install", "--download-only", "--option", `Dir::Cache::archives=${archives}`, ...rootPackages),
        { title: "its packages" },
      );
      fx.throwIfCancelled();
      await unpackAll(archives, root, fx, availableParallelism());
      write(
        join(root, "etc/dpkg/dpkg.cfg.d/slim"),
        [...leftOut.map((path) => `path-exclude=${path}`), "path-include=/usr/share/doc/*/copyright", ""].join("\n"),
      );
      write(join(root, "var/lib/dpkg/status"), "");
      // Its files are there, so its own dpkg can run; now it installs the same packages properly, itself among them.
      await fx.run(["unshare", "--mount", "sh", "-euc", inside, "sh", root], {
        title: "set up by its own dpkg",
        env: {
          DEBIAN_FRONTEND: "noninteractive",
          DEBCONF_NONINTERACTIVE_SEEN: "true",
          PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          LC_ALL: "C",
        },
      });
      await equip(root, machine, fx);
      tidy(root);
      mkdirSync(dirname(tar), { recursive: true });
      await fx.run(["tar", "--create", "--numeric-owner", "--file", tar, "--directory", root, "."], {
        title: "packed",
      });
    } finally {
      remove(place);
    }
  });
}

/** In a mount namespace of its own, so that nothing stays mounted whatever happens. The unpacked copy of the excluded goes first. */
const inside = `
mount --bind /dev "$1/dev"
rm -rf "$1/usr/share/doc" "$1/usr/share/man" "$1/usr/share/locale"
chroot "$1" sh -c 'dpkg --force-depends --force-unsafe-io --unpack /debs/*.deb && dpkg --configure --pending'
`;

/** In memory where there is room: half the time. */
function workplace(home: Home): string {
  const memory = "/dev/shm";
  const roomy = existsSync(memory) && statfsSync(memory).bavail * statfsSync(memory).bsize > 6e8;
  return roomy ? join(memory, basename(home.run)) : join(home.bases, "work");
}

async function equip(root: string, machine: Machine, fx: Effects): Promise<void> {
  const source = machineMirror();
  const known = /\/debian-archive-[^/]*$/u.test(source.signedBy ?? "/debian-archive-keyring.gpg");
  const keyring = known
    ? "/usr/share/keyrings/debian-archive-keyring.gpg"
    : `/usr/share/keyrings/machine-${basename(source.signedBy ?? "")}`;
  if (!known && source.signedBy) copyFileSync(source.signedBy, join(root, keyring));
  write(join(root, "etc/apt/sources.list.d/debian.sources"), `${stanza(source, suite, keyring)}\n`);
  write(join(root, "etc/apt/apt.conf.d/90machine"), `${reachSettings(await fx.output(["apt-config", "dump"]))}\n`);
  write(join(root, "etc/apt/apt.conf.d/80slim"), slimApt);

  const bundle = "etc/ssl/certs/ca-certificates.crt";
  const own = machine.env["SSL_CERT_FILE"] || machine.env["NODE_EXTRA_CA_CERTS"] || `/${bundle}`;
  const debians = new Set(certificates(text(join(root, bundle))));
  const added = certificates(text(own)).filter((certificate) => !debians.has(certificate));
  added.forEach((certificate, index) =>
    write(join(root, `usr/local/share/ca-certificates/machine-${index}.crt`), `${certificate}\n`),
  );
  if (added.length > 0)
    await fx.output(["chroot", root, "update-ca-certificates"], { env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" } });

  const files = [
    machine.env["PIP_CONFIG_FILE"],
    join(machine.userHome, ".config/pip/pip.conf"),
    join(machine.userHome, ".pip/pip.conf"),
    "/etc/pip.conf",
  ];
  write(
    join(root, "etc/pip.conf"),
    pipSettings(
      files.map((file) => (file ? text(file) : "")),
      machine.env,
    ),
  );
  const npm = await fx.tryRun(["npm", "config", "get", "registry"]);
  write(join(root, "usr/local/etc/npmrc"), npmSettings(npm.stdout.trim()));
}

const slimApt = [
  'APT::Install-Recommends "false";',
  'APT::Install-Suggests "false";',
  'Acquire::Languages "none";',
  'Acquire::GzipIndexes "true";',
  'Dir::Cache::pkgcache "";',
  'Dir::Cache::srcpkgcache "";',
  'Dpkg::Options { "--force-unsafe-io"; };',
  // A mirror that is busy is asked again, soon.
  'Acquire::Retries "3";',
  'Acquire::http::Timeout "15";',
  "",
].join("\n");

/** What differs from one making to the next, or is of no use in an image. */
function tidy(root: string): void {
  for (const path of ["debs", "var/log", "var/cache/apt", "var/cache/debconf", "run", "tmp"])
    for (const each of path === "debs" ? [""] : list(join(root, path))) remove(join(root, path, each));
  for (const path of [
    "var/lib/dpkg/status-old",
    "var/lib/dpkg/diversions-old",
    "etc/passwd-",
    "etc/group-",
    "etc/shadow-",
    "etc/machine-id",
  ])
    remove(join(root, path));
  mkdirSync(join(root, "var/cache/apt/archives/partial"), { recursive: true });
  appendFileSync(join(root, "etc/machine-id"), "");
}

/** What a root is made from, but the packages' versions and the machine's settings: another recipe, another root. */
export const rootRecipe = [...rootPackages, ...leftOut, inside, slimApt].join("\n");

const list = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
