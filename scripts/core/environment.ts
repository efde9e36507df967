/**
 * The environment that commands run with: the user's, without the variables that would change what a command does. A variable
 * is passed on unless a rule removes it. Pure.
 */
import type { Environment } from "../../contract/inputs.ts";
import { UserError } from "../../contract/user-error.ts";
import { keptSettings, matchesName } from "./npm-settings.mjs";

interface Rule {
  /** Names of variables; a `*` at the end matches any rest. */
  readonly names: readonly string[];
  /** `refuse`: removed, and an error before an engine is used, since neither keeping nor removing it would be right. */
  readonly decision: "keep" | "remove" | "refuse";
  readonly reason: string;
}

/** They name one engine together, so they are replaced together. */
const engineVariables = [
  "DOCKER_HOST",
  "DOCKER_CONTEXT",
  "DOCKER_CERT_PATH",
  "DOCKER_TLS",
  "DOCKER_TLS_VERIFY",
  "DOCKER_CUSTOM_HEADERS",
];

/** The first rule that matches decides. docs/settings.md lists them. */
export const rules: readonly Rule[] = [
  { names: engineVariables, decision: "keep", reason: "the engine that the user chose" },
  { names: ["DOCKER_CONFIG", "DOCKER_AUTH_CONFIG"], decision: "keep", reason: "the user's registry logins" },
  {
    names: ["DOCKER_CONTENT_TRUST"],
    decision: "refuse",
    reason: "the user demands signed images, and the images that are built here are not signed",
  },
  {
    names: ["COMPOSE_*"],
    decision: "remove",
    reason: "projects, files, profiles: a command would act on another project",
  },
  {
    names: ["DOCKER_*", "BUILDX_*", "BUILDKIT_*", "EXPERIMENTAL_BUILDKIT_*", "SOURCE_DATE_EPOCH", "OTEL_*"],
    decision: "remove",
    reason: "platforms, builders, API versions, build arguments: another image would be built",
  },
  {
    names: ["CHANGED", "IMAGE_*", "PORT_*", "PUBLIC_ORIGIN", "PUBLIC_URL_*", "STRIPE_*", "TRUSTED_PROXIES"],
    decision: "remove",
    reason: "the variables of the compose files and the stack: a command sets those that it needs",
  },
  {
    names: ["GIT_CONFIG_*"],
    decision: "keep",
    reason: "the user's configuration, which may hold `safe.directory`: without it, git refuses the repository",
  },
  {
    names: ["GIT_*"],
    decision: "remove",
    reason: "another repository, index or work tree; git sets them in its hooks",
  },
  {
    names: ["NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "NODE_USE_ENV_PROXY"],
    decision: "keep",
    reason: "this machine's certificates and HTTP proxy",
  },
  {
    names: ["NODE_*", "TSX_*", "TSC_*", "VITE_*", "VITEST_*", "OXLINT_*", "OXC_*", "PYTHON*"],
    decision: "remove",
    reason: "modules, options and modes: the checks would run another program, or check something else",
  },
  {
    names: ["FORCE_COLOR", "CLICOLOR_FORCE"],
    decision: "remove",
    reason: "colours in output that is parsed",
  },
  {
    names: keptSettings,
    decision: "keep",
    reason: "the registry that npm uses, and how npm reaches it",
  },
  { names: ["npm_config_*"], decision: "remove", reason: "options such as `dry-run`, which npm sets for its scripts" },
  {
    names: ["BASH_ENV", "BASH_FUNC_*", "BASHOPTS", "SHELLOPTS", "CDPATH", "ENV", "POSIXLY_CORRECT", "TAR_OPTIONS"],
    decision: "remove",
    reason: "functions and options of the user's shell, and of tar",
  },
  {
    names: ["DEBCONF_*", "DEBIAN_*", "DPKG_*", "XTABLES_*", "NOTIFY_SOCKET", "LISTEN_*"],
    decision: "remove",
    reason: "where dpkg, iptables and a service manager's children find their files and sockets",
  },
];

/** The decision on one variable of the user's environment. */
export const decisionOn = (name: string): Rule["decision"] =>
  rules.find(({ names }) => names.some((pattern) => matchesName(pattern, name)))?.decision ?? "keep";

/**
 * The environment of one command.
 * @param chosen what this project sets, whatever the rules say. With a DOCKER_HOST, it replaces the user's engine as a whole.
 */
export function commandEnvironment(user: Environment, chosen: Environment): Readonly<Record<string, string>> {
  const replaced = chosen["DOCKER_HOST"] === undefined ? [] : engineVariables;
  const passed = Object.entries(user).filter(([name]) => decisionOn(name) === "keep" && !replaced.includes(name));
  return Object.fromEntries(
    [...passed, ...Object.entries(chosen)].flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** @throws UserError that names a variable which demands something that this project cannot do */
export function rejectRefused(user: Environment): void {
  const refused = Object.entries(user).find(
    ([name, value]) => decisionOn(name) === "refuse" && !["", "0", "false", undefined].includes(value),
  );
  if (refused === undefined) return;
  const [name, value] = refused;
  const { reason } = rules.find(({ names }) => names.includes(name)) ?? { reason: "" };
  throw new UserError(
    `${name} is ${JSON.stringify(value)}: ${reason}`,
    `Run the command without it: env -u ${name} npm …`,
  );
}
