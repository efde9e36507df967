/** The machine's package sources: read in both formats, written for other suites and with a configuration of our own. Pure. */

export interface Source {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Of a keyring file; absent when apt's own keyrings are meant. */
  readonly signedBy?: string | undefined;
  readonly trusted: boolean;
}

/** One-line format: `deb [signed-by=…] URI SUITE COMPONENT…`. */
export function parseOneLine(content: string): readonly Source[] {
  return content.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/u.exec(line);
    if (!match) return [];
    const [, options = "", uri = "", suite = "", components = ""] = match;
    return [
      {
        uri,
        suite,
        components: words(components),
        signedBy: /signed-by=(\S+)/iu.exec(options)?.[1],
        trusted: /trusted=yes/iu.test(options),
      },
    ];
  });
}

/** Deb822 format: stanzas of fields. A key that is written into the field itself is not carried over. */
export function parseDeb822(content: string): readonly Source[] {
  const lines = content.split("\n").filter((line) => !line.startsWith("#"));
  return lines
    .join("\n")
    .split(/\n\s*\n/u)
    .flatMap((stanza) => {
      const field = (name: string) =>
        new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t]+.*)*)`, "imu").exec(stanza)?.[1]?.trim() ?? "";
      if (!words(field("Types")).includes("deb") || /^(no|false|0)$/iu.test(field("Enabled"))) return [];
      const signedBy = field("Signed-By");
      return words(field("URIs")).flatMap((uri) =>
        words(field("Suites")).map((suite) => ({
          uri,
          suite,
          components: words(field("Components")),
          signedBy: signedBy.startsWith("/") ? signedBy : undefined,
          trusted: /^yes$/iu.test(field("Trusted")),
        })),
      );
    });
}

/**
 * Where the machine gets its Debian from: the source of its own release's main suite,
 * which is the one that has `codename` (or "stable") as suite and `main` among its components.
 */
export function mirror(sources: readonly Source[], codename: string): Source | undefined {
  const main = sources.filter(({ components }) => components.includes("main"));
  return main.find(({ suite }) => suite === codename) ?? main.find(({ suite }) => suite === "stable");
}

export const oneLine = ({ uri, signedBy, trusted }: Source, suite: string): string => {
  const options = [signedBy && `signed-by=${signedBy}`, trusted && "trusted=yes"].filter(Boolean).join(" ");
  return `deb ${options && `[${options}] `}${uri} ${suite} main`;
};

export const stanza = ({ uri, trusted }: Source, suite: string, signedBy: string): string =>
  [
    "Types: deb",
    `URIs: ${uri}`,
    `Suites: ${suite}`,
    "Components: main",
    `Signed-By: ${signedBy}`,
    ...(trusted ? ["Trusted: yes"] : []),
  ].join("\n");

/**
 * Everything that apt would read or write of the machine's own, moved into `folder`. What the machine says about
 * proxies and the dates of its mirror stays in force; its hooks, which tidy the machine's caches, do not.
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
    // Of the lists, the packages are all we need.
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

/** The lines of `apt-config dump` that say how to reach a mirror and how strictly to read its dates. */
export const reachSettings = (dump: string): string =>
  dump
    .split("\n")
    .filter(
      (line) =>
        /^Acquire::(https?::(Proxy|Verify)|Check-Valid-Until|Check-Date|Max-ValidTime|Retries)/u.test(line) &&
        !line.endsWith(' "";'),
    )
    .join("\n");

const words = (of: string): readonly string[] => of.split(/\s+/u).filter(Boolean);
