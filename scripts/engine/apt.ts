/**
 * Parses the machine's apt sources in both of their formats, and writes sources and configuration for the project's
 * private apt. Pure.
 */

export interface Source {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** The path of a keyring file; absent when the source relies on apt's own keyrings. */
  readonly signedBy?: string | undefined;
  readonly trusted: boolean;
}

/** Parses the one-line format: `deb [signed-by=…] URI SUITE COMPONENT…`. */
export function parseOneLine(content: string): readonly Source[] {
  return content.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/u.exec(line);
    if (!match) return [];
    const [, options = "", uri = "", suite = "", components = ""] = match;
    return [
      {
        uri,
        suite,
        components: splitWords(components),
        signedBy: /signed-by=(\S+)/iu.exec(options)?.[1],
        trusted: /trusted=yes/iu.test(options),
      },
    ];
  });
}

/** Parses the deb822 format: stanzas of fields. A key that is embedded in `Signed-By` is dropped, because only paths can be passed on. */
export function parseDeb822(content: string): readonly Source[] {
  const lines = content.split("\n").filter((line) => !line.startsWith("#"));
  return lines
    .join("\n")
    .split(/\n\s*\n/u)
    .flatMap((stanza) => {
      const field = (name: string) =>
        new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t]+.*)*)`, "imu").exec(stanza)?.[1]?.trim() ?? "";
      if (!splitWords(field("Types")).includes("deb") || /^(no|false|0)$/iu.test(field("Enabled"))) return [];
      const signedBy = field("Signed-By");
      return splitWords(field("URIs")).flatMap((uri) =>
        splitWords(field("Suites")).map((suite) => ({
          uri,
          suite,
          components: splitWords(field("Components")),
          signedBy: signedBy.startsWith("/") ? signedBy : undefined,
          trusted: /^yes$/iu.test(field("Trusted")),
        })),
      );
    });
}

/**
 * Finds the source of the machine's own Debian release: its suite is `codename` (or "stable"), and `main` is one of its
 * components.
 */
export function findMirror(sources: readonly Source[], codename: string): Source | undefined {
  const main = sources.filter(({ components }) => components.includes("main"));
  return main.find(({ suite }) => suite === codename) ?? main.find(({ suite }) => suite === "stable");
}

/** Formats a source as one line, for another suite. */
export const formatOneLine = ({ uri, signedBy, trusted }: Source, suite: string): string => {
  const options = [signedBy && `signed-by=${signedBy}`, trusted && "trusted=yes"].filter(Boolean).join(" ");
  return `deb ${options && `[${options}] `}${uri} ${suite} main`;
};

/** Formats a source as a deb822 stanza, for another suite. */
export const formatDeb822 = ({ uri, trusted }: Source, suite: string, signedBy: string): string =>
  [
    "Types: deb",
    `URIs: ${uri}`,
    `Suites: ${suite}`,
    "Components: main",
    `Signed-By: ${signedBy}`,
    ...(trusted ? ["Trusted: yes"] : []),
  ].join("\n");

/**
 * The configuration that makes apt read and write below `folder` only. The machine's settings for proxies and for the
 * dates of its mirror stay in force. Its hooks are cleared, because they would clean the machine's own caches.
 */
export const privateConfig = (folder: string, status: string): string =>
  [
    `Dir::Etc::sourcelist "${folder}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    `Dir::State "${folder}/state";`,
    `Dir::State::lists "${folder}/lists";`,
    `Dir::State::status "${status}";`,
    `Dir::Cache "${folder}/cache";`,
    `Dir::Log "${folder}/log";`,
    'Dir::Cache::pkgcache "pkgcache.bin";',
    'Dir::Cache::srcpkgcache "srcpkgcache.bin";',
    'APT::Sandbox::User "root";',
    'APT::Install-Recommends "false";',
    'APT::Get::List-Cleanup "false";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    'Acquire::http::Timeout "15";',
    'Acquire::GzipIndexes "false";',
    // Only the lists of packages are needed; these other indexes are not downloaded.
    ...["DEP-11", "DEP-11-icons-small", "DEP-11-icons", "DEP-11-icons-hidpi", "Contents-deb", "CNF"].map(
      (target) => `Acquire::IndexTargets::deb::${target}::DefaultEnabled "false";`,
    ),
    ...[
      "APT::Update::Pre-Invoke",
      "APT::Update::Post-Invoke",
      "APT::Update::Post-Invoke-Success",
      "DPkg::Pre-Invoke",
      "DPkg::Post-Invoke",
      "DPkg::Pre-Install-Pkgs",
    ].map((hook) => `#clear ${hook};`),
    "",
  ].join("\n");

/** Selects the lines of `apt-config dump` that configure proxies, certificates, retries and the date checks of a mirror. */
export const mirrorSettings = (dump: string): string =>
  dump
    .split("\n")
    .filter(
      (line) =>
        /^Acquire::(https?::(Proxy|Verify)|Check-Valid-Until|Check-Date|Max-ValidTime|Retries)/u.test(line) &&
        !line.endsWith(' "";'),
    )
    .join("\n");

const splitWords = (text: string): readonly string[] => text.split(/\s+/u).filter(Boolean);
