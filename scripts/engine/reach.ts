/** What a container on this machine needs to know to reach the indexes that the machine reaches. Pure. */

/** The blocks of a bundle of PEM certificates, without what is written between them. */
export const certificates = (bundle: string): readonly string[] =>
  bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];

const carried = ["index-url", "extra-index-url", "trusted-host"] as const;

/**
 * /etc/pip.conf: the environment before the files, an earlier file before a later one.
 * @param files contents of the machine's own
 */
export function pipSettings(files: readonly string[], env: Readonly<Record<string, string | undefined>>): string {
  const settings = carried.flatMap((key) => {
    const value =
      env[`PIP_${key.toUpperCase().replaceAll("-", "_")}`] ||
      files.map((file) => globalSetting(file, key)).find(Boolean);
    return value ? [`${key} = ${value}`] : [];
  });
  return [
    "[global]",
    "cert = /etc/ssl/certs/ca-certificates.crt",
    "root-user-action = ignore",
    "disable-pip-version-check = true",
    ...settings,
    "",
  ].join("\n");
}

function globalSetting(file: string, key: string): string | undefined {
  const section = /^\[global\]\s*\n((?:(?!\[).*\n?)*)/mu.exec(file)?.[1] ?? "";
  return new RegExp(`^${key}\\s*[=:]\\s*(.+(?:\\n[ \\t]+.+)*)`, "mu").exec(section)?.[1]?.trim();
}

/** npm's global configuration; a registry of the machine's own is named only when it is not npm's default. */
export const npmSettings = (registry: string): string =>
  [
    "cafile=/etc/ssl/certs/ca-certificates.crt",
    "update-notifier=false",
    ...(/^https?:/u.test(registry) ? [`registry=${registry}`] : []),
    "",
  ].join("\n");

const goKeys = ["GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE"] as const;

/**
 * A file for GOENV: the environment before the machine's own file; what neither says is as Go has it.
 * @param file content of the machine's own
 */
export const goSettings = (file: string, env: Readonly<Record<string, string | undefined>>): string =>
  goKeys
    .flatMap((key) => {
      const value = env[key] || new RegExp(`^${key}=(.+)$`, "mu").exec(file)?.[1];
      return value ? [`${key}=${value}\n`] : [];
    })
    .join("");
