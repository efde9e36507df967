/**
 * Builds the root file system of a minimal Debian with apt and dpkg only.
 * The machine's package sources, certificates, pip index and npm registry are copied into it, so that containers reach the
 * same package indexes as the machine. They are read from the machine on each build.
 */
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Effects } from "../core/effects.ts";
import { formatDeb822, mirrorSettings } from "./apt.ts";
import type { Home } from "./home.ts";
import { type Machine, readOrEmpty } from "./machine.ts";
import { machineMirror, privateApt, remove, suite, unpackAll } from "./packages.ts";
import { certificates, npmSettings, pipSettings } from "./package-index-settings.ts";

/**
 * `?essential` selects the packages that dpkg requires. The others are in the real slim images too, except busybox: the
 * stand-ins for alpine link its applets.
 */
const rootPackages = [
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

/** Documentation and translations, which the real slim images exclude too. */
const excludedPaths = [
  "/usr/share/doc/*",
  "/usr/share/man/*",
  "/usr/share/locale/*",
  "/usr/share/info/*",
  "/usr/share/lintian/*",
] as const;

/** @param tar the archive that is written */
export async function buildRoot(home: Home, machine: Machine, tar: string, fx: Effects): Promise<void> {
  await fx.group("Build a minimal Debian, the first layer of every stand-in", async () => {
    const workFolder = chooseWorkFolder(home);
    const root = join(workFolder, "root");
    const archives = join(root, "debs");
    remove(workFolder);
    try {
      mkdirSync(join(archives, "partial"), { recursive: true });
      const apt = await privateApt(home.apt, [suite], fx);
      await fx.run(
        apt.get("install", "--download-only", "--option", `Dir::Cache::archives=${archives}`, ...rootPackages),
        { title: "download its packages" },
      );
      fx.throwIfCancelled();
      await unpackAll(archives, root, fx, availableParallelism());
      write(
        join(root, "etc/dpkg/dpkg.cfg.d/slim"),
        [...excludedPaths.map((path) => `path-exclude=${path}`), "path-include=/usr/share/doc/*/copyright", ""].join(
          "\n",
        ),
      );
      write(join(root, "var/lib/dpkg/status"), "");
      // The unpacked files include dpkg. It runs in this root and installs the same packages, itself among them, so that
      // their scripts run and its database is complete.
      await fx.run(["unshare", "--mount", "sh", "-euc", installPackages, "sh", root], {
        title: "install the packages with its own dpkg",
        env: {
          DEBIAN_FRONTEND: "noninteractive",
          DEBCONF_NONINTERACTIVE_SEEN: "true",
          PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          LC_ALL: "C",
        },
      });
      await copyMachineSettings(root, machine, fx);
      removeUnneededFiles(root);
      mkdirSync(dirname(tar), { recursive: true });
      await fx.run(["tar", "--create", "--numeric-owner", "--file", tar, "--directory", root, "."], {
        title: "pack the archive",
      });
    } finally {
      remove(workFolder);
    }
  });
}

/**
 * Runs in a mount namespace of its own, so that nothing stays mounted when it fails. The excluded paths were unpacked
 * too, so they are deleted before dpkg installs the packages.
 */
const installPackages = `
mount --bind /dev "$1/dev"
rm -rf "$1/usr/share/doc" "$1/usr/share/man" "$1/usr/share/locale"
chroot "$1" sh -c 'dpkg --force-depends --force-unsafe-io --unpack /debs/*.deb && dpkg --configure --pending'
`;

/** Chooses a folder in memory when 0.6 GB are free there, because the build then takes half the time. */
function chooseWorkFolder(home: Home): string {
  const memory = "/dev/shm";
  const fits = existsSync(memory) && statfsSync(memory).bavail * statfsSync(memory).bsize > 6e8;
  return fits ? join(memory, basename(home.run)) : join(home.bases, "work");
}

async function copyMachineSettings(root: string, machine: Machine, fx: Effects): Promise<void> {
  const source = machineMirror();
  const isDebianKeyring = /\/debian-archive-[^/]*$/u.test(source.signedBy ?? "/debian-archive-keyring.gpg");
  const keyring = isDebianKeyring
    ? "/usr/share/keyrings/debian-archive-keyring.gpg"
    : `/usr/share/keyrings/machine-${basename(source.signedBy ?? "")}`;
  if (!isDebianKeyring && source.signedBy) copyFileSync(source.signedBy, join(root, keyring));
  write(join(root, "etc/apt/sources.list.d/debian.sources"), `${formatDeb822(source, suite, keyring)}\n`);
  write(join(root, "etc/apt/apt.conf.d/90machine"), `${mirrorSettings(await fx.output(["apt-config", "dump"]))}\n`);
  write(join(root, "etc/apt/apt.conf.d/80slim"), slimApt);

  const bundle = "etc/ssl/certs/ca-certificates.crt";
  const machineBundle = machine.env["SSL_CERT_FILE"] || machine.env["NODE_EXTRA_CA_CERTS"] || `/${bundle}`;
  const debianCertificates = new Set(certificates(readOrEmpty(join(root, bundle))));
  const added = certificates(readOrEmpty(machineBundle)).filter((certificate) => !debianCertificates.has(certificate));
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
      files.map((file) => (file ? readOrEmpty(file) : "")),
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
  // A busy mirror is retried after a short timeout.
  'Acquire::Retries "3";',
  'Acquire::http::Timeout "15";',
  "",
].join("\n");

/** Removes the files that differ between two builds, and those that an image does not need. */
function removeUnneededFiles(root: string): void {
  for (const path of ["debs", "var/log", "var/cache/apt", "var/cache/debconf", "run", "tmp"])
    for (const name of path === "debs" ? [""] : listFolder(join(root, path))) remove(join(root, path, name));
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

/**
 * Identifies how a root is built: a root with another recipe must be built again. The versions of the packages and the
 * machine's settings are not part of it.
 */
export const rootRecipe = [...rootPackages, ...excludedPaths, installPackages, slimApt].join("\n");

const listFolder = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
