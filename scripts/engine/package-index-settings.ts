/**
 * Formats the settings of pip, npm and Go for a container, so that it uses the package indexes that this machine uses.
 * Pure.
 */

/** Splits a PEM bundle into its certificates, and drops the text between them. */
export const certificates = (bundle: string): readonly string[] =>
  bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];

const pipKeys = ["index-url", "extra-index-url", "trusted-host"] as const;

/**
 * Formats /etc/pip.conf. A variable of the environment takes precedence over the files, and an earlier file over a later one.
 * @param files contents of the machine's pip.conf files
 */
export function pipSettings(files: readonly string[], env: Readonly<Record<string, string | undefined>>): string {
  const settings = pipKeys.flatMap((key) => {
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

/**
 * Formats npm's global npmrc.
 * @param registry output of `npm config get registry`; left out when it is not a URL
 */
export const npmSettings = (registry: string): string =>
  [
    "cafile=/etc/ssl/certs/ca-certificates.crt",
    "update-notifier=false",
    ...(/^https?:/u.test(registry) ? [`registry=${registry}`] : []),
    "",
  ].join("\n");

const goKeys = ["GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE"] as const;

/**
 * Formats a file for GOENV. A variable of the environment takes precedence over the file. A key in neither of them is left
 * out, so that Go uses its default.
 * @param file content of the machine's own GOENV file
 */
export const goSettings = (file: string, env: Readonly<Record<string, string | undefined>>): string =>
  goKeys
    .flatMap((key) => {
      const value = env[key] || new RegExp(`^${key}=(.+)$`, "mu").exec(file)?.[1];
      return value ? [`${key}=${value}\n`] : [];
    })
    .join("");
