// @ts-check
/**
 * The variables that npm reads as its settings.
 *
 * Plain JavaScript, because the bootstrap uses it before the TypeScript loader is installed.
 */

/** The settings of the user that npm gets: they name the registry that npm uses, and how npm reaches it. */
export const keptSettings = /** @type {const} */ ([
  "npm_config_registry",
  "npm_config_//*",
  "npm_config__auth*",
  "npm_config_userconfig",
  "npm_config_globalconfig",
  "npm_config_cache",
  "npm_config_offline",
  "npm_config_prefer_offline",
  "npm_config_proxy",
  "npm_config_https_proxy",
  "npm_config_noproxy",
  "npm_config_strict_ssl",
  "npm_config_ca",
  "npm_config_cafile",
  "npm_config_cert",
  "npm_config_key",
  "npm_config_fetch_*",
]);

/**
 * Whether a pattern, which may end in `*`, matches the name of a variable. npm reads its settings in any case, with `-` as
 * well as `_`; other names are exact.
 * @param {string} pattern
 * @param {string} name
 */
export function matchesName(pattern, name) {
  const exact = isSetting(name) ? name.toLowerCase().replaceAll("-", "_") : name;
  return pattern.endsWith("*") ? exact.startsWith(pattern.slice(0, -1)) : exact === pattern;
}

/** @param {string} name */
const isSetting = (name) => /^npm_config_/iu.test(name);

/**
 * An environment without the settings that would change what npm installs, or where.
 * @param {NodeJS.ProcessEnv} user
 */
export const npmEnvironment = (user) =>
  Object.fromEntries(
    Object.entries(user).filter(
      ([name]) => !isSetting(name) || keptSettings.some((pattern) => matchesName(pattern, name)),
    ),
  );
