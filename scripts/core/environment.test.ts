import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { createEffects } from "./effects.ts";
import { commandEnvironment, decisionOn, rejectRefused, rules } from "./environment.ts";
import { npmEnvironment } from "./npm-settings.mjs";

describe("the decision on", () => {
  test.each([
    // Compose
    ["COMPOSE_PROJECT_NAME", "remove"],
    ["COMPOSE_FILE", "remove"],
    ["COMPOSE_PROFILES", "remove"],
    ["COMPOSE_ENV_FILES", "remove"],
    ["COMPOSE_IGNORE_ORPHANS", "remove"],
    ["COMPOSE_PROJECT", "remove"],
    // The variables of the compose files
    ["DOCKER_USERNAME", "remove"],
    ["IMAGE_ROCKET_ECOMMERCE", "remove"],
    ["PORT_REVERSE_PROXY", "remove"],
    ["PUBLIC_ORIGIN", "remove"],
    ["PUBLIC_URL_ROCKET_ECOMMERCE", "remove"],
    ["STRIPE_SECRET_KEY_ROCKET_ECOMMERCE", "remove"],
    // Docker, buildx, BuildKit
    ["DOCKER_HOST", "keep"],
    ["DOCKER_CONTEXT", "keep"],
    ["DOCKER_CONFIG", "keep"],
    ["DOCKER_AUTH_CONFIG", "keep"],
    ["DOCKER_TLS_VERIFY", "keep"],
    ["DOCKER_CERT_PATH", "keep"],
    ["DOCKER_CONTENT_TRUST", "refuse"],
    ["DOCKER_CONTENT_TRUST_SERVER", "remove"],
    ["DOCKER_DEFAULT_PLATFORM", "remove"],
    ["DOCKER_API_VERSION", "remove"],
    ["DOCKER_BUILDKIT", "remove"],
    ["BUILDX_BUILDER", "remove"],
    ["BUILDX_CONFIG", "remove"],
    ["BUILDKIT_HOST", "remove"],
    ["EXPERIMENTAL_BUILDKIT_SOURCE_POLICY", "remove"],
    ["SOURCE_DATE_EPOCH", "remove"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "remove"],
    // git
    ["GIT_DIR", "remove"],
    ["GIT_WORK_TREE", "remove"],
    ["GIT_INDEX_FILE", "remove"],
    ["GIT_CONFIG_GLOBAL", "keep"],
    ["GIT_CONFIG_KEY_0", "keep"],
    // Node, its tools, and Python
    ["NODE_OPTIONS", "remove"],
    ["NODE_PATH", "remove"],
    ["NODE_ENV", "remove"],
    ["NODE_EXTRA_CA_CERTS", "keep"],
    ["TSX_TSCONFIG_PATH", "remove"],
    ["VITEST_MODE", "remove"],
    ["PYTHONPATH", "remove"],
    ["FORCE_COLOR", "remove"],
    ["NO_COLOR", "keep"],
    // npm
    ["npm_config_dry_run", "remove"],
    ["NPM_CONFIG_OMIT", "remove"],
    ["npm_config_workspace", "remove"],
    ["npm_config_registry", "keep"],
    ["NPM_CONFIG_REGISTRY", "keep"],
    ["npm_config_strict-ssl", "keep"],
    ["npm_config_//registry.example/:_authToken", "keep"],
    // Shells, tar, Debian's tools
    ["BASH_ENV", "remove"],
    ["BASH_FUNC_ssh%%", "remove"],
    ["ENV", "remove"],
    ["TAR_OPTIONS", "remove"],
    ["DPKG_ROOT", "remove"],
    ["APT_CONFIG", "keep"],
    // What everything needs
    ["PATH", "keep"],
    ["HOME", "keep"],
    ["LANG", "keep"],
    ["TMPDIR", "keep"],
    ["SSH_AUTH_SOCK", "keep"],
    ["HTTPS_PROXY", "keep"],
    ["no_proxy", "keep"],
    ["SSL_CERT_FILE", "keep"],
    ["WMD_ENGINE_HOME", "keep"],
    ["RUN_LOCK_HOLDER", "keep"],
    ["GITHUB_ACTIONS", "keep"],
  ] as const)("%s: %s", (name, decision) => expect(decisionOn(name)).toBe(decision));

  test("every variable that the compose files and the stack interpolate: remove", () => {
    const texts = ["docker-compose.yml", "docker-compose.test.yml", "stack.yml"].map((path) =>
      readFileSync(path, "utf8"),
    );
    const names = texts.flatMap((text) =>
      [...text.matchAll(/(?<!\$)\$\{?([A-Z_a-z]\w*)/gu)].map((match) => match[1] ?? ""),
    );
    expect(names.length).toBeGreaterThan(20);
    expect([...new Set(names)].filter((name) => decisionOn(name) !== "remove")).toEqual([]);
  });
});

test("no rule is hidden by an earlier one", () => {
  const earlier: string[] = [];
  for (const { names } of rules) {
    const hidden = names.filter((name) =>
      earlier.some((other) => other.endsWith("*") && name.startsWith(other.slice(0, -1))),
    );
    expect(hidden).toEqual([]);
    earlier.push(...names);
  }
});

describe("the environment of a command", () => {
  const user = {
    PATH: "/bin",
    DOCKER_CONTEXT: "remote",
    DOCKER_HOST: "tcp://remote:2376",
    DOCKER_TLS_VERIFY: "1",
    DOCKER_CONFIG: "/home/user/.docker",
    COMPOSE_PROJECT_NAME: "shop",
    PORT_REVERSE_PROXY: "81",
    UNSET: undefined,
  };

  test("holds the variables of the user that are kept, and what the command sets", () =>
    expect(commandEnvironment(user, { PORT_REVERSE_PROXY: "80" })).toEqual({
      PATH: "/bin",
      DOCKER_CONTEXT: "remote",
      DOCKER_HOST: "tcp://remote:2376",
      DOCKER_TLS_VERIFY: "1",
      DOCKER_CONFIG: "/home/user/.docker",
      PORT_REVERSE_PROXY: "80",
    }));

  test("names another engine without a part of the user's", () =>
    expect(commandEnvironment(user, { DOCKER_HOST: "unix:///ours" })).toEqual({
      PATH: "/bin",
      DOCKER_HOST: "unix:///ours",
      DOCKER_CONFIG: "/home/user/.docker",
    }));
});

test("npm gets its settings as decided, in every spelling, and every other variable", () => {
  const settings = ["npm_config_registry", "NPM_CONFIG_CAFILE", "npm_config_strict-ssl", "npm_config_https-proxy"];
  const others = ["npm_config_dry-run", "NPM_CONFIG_OMIT", "npm_package_name", "NODE_ENV", "PATH"];
  const user = Object.fromEntries([...settings, ...others].map((name) => [name, "x"]));
  const passed = Object.keys(npmEnvironment(user));
  for (const name of [...settings, ...others].filter((one) => /^npm_config_/iu.test(one)))
    expect([name, passed.includes(name)]).toEqual([name, decisionOn(name) === "keep"]);
  expect(passed).toEqual(expect.arrayContaining(["npm_package_name", "NODE_ENV", "PATH"]));
});

test.each([
  [{ DOCKER_CONTENT_TRUST: "1" }, true],
  [{ DOCKER_CONTENT_TRUST: "0" }, false],
  [{ DOCKER_CONTENT_TRUST: "" }, false],
  [{ DOCKER_HOST: "tcp://remote:2376" }, false],
])("%j is refused: %s", (user, refused) => {
  if (refused) expect(() => rejectRefused(user)).toThrow(UserError);
  else expect(() => rejectRefused(user)).not.toThrow();
});

test("a real process gets this environment, and settings are still read from the user's", async () => {
  const terminal = Object.assign(new PassThrough().resume(), { isTTY: false, columns: 80 });
  const user = { PATH: process.env["PATH"], NODE_OPTIONS: "--no-such-option", DOCKER_USERNAME: "someone" };
  const fx = createEffects({ env: user, terminal });
  const print = ["node", "--print", "JSON.stringify(process.env)"] as const;
  expect(JSON.parse(await fx.withEnv({ ADDED: "1" }).output(print, { env: { OWN: "2" } }))).toEqual({
    PATH: process.env["PATH"],
    ADDED: "1",
    OWN: "2",
  });
  expect(fx.withEnv({ ADDED: "1" }).env).toEqual({ ...user, ADDED: "1" });
});
