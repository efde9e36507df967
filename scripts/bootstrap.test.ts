/** Runs the real bootstrap in a small repository, with a program in place of npm. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseAst } from "vitest/node";
import { remedyFor } from "./bootstrap/npm.mjs";

const success = 0;
const installFailed = 1;
const misuse = 2;

let root: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wmd-bootstrap-"));
  const core = ["lock", "npm-settings"].map((name) => `scripts/core/${name}.mjs`);
  for (const path of ["scripts/bootstrap.mjs", "scripts/bootstrap", ...core, ".node-version"])
    cpSync(path, join(root, path), { recursive: true });
  write("package.json", JSON.stringify({ engines: { node: "^20.19.0 || >=22.12.0" } }));
  write("scripts/main.ts", 'console.log("main.ts", ...process.argv.slice(2)); process.exit(0);');
  lock({ "node_modules/tsx": {}, "node_modules/tool": { dev: true } });
  program("npm", installing("tsx", "tool"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const lock = (packages: Readonly<Record<string, object>>) =>
  write("package-lock.json", JSON.stringify({ packages: { "": {}, ...packages } }));

function program(name: string, script: string): void {
  write(`bin/${name}`, `#!/bin/sh\nset -e\n${script}\n`);
  chmodSync(join(root, "bin", name), 0o755);
}

/** `npm ci`: notes its arguments and installs packages. `tsx` prints the arguments of main.ts in place of running it. */
const installing = (...packages: readonly string[]) => `
echo "$*" >> calls
rm -rf node_modules
for name in ${packages.join(" ")}; do mkdir -p "node_modules/$name"; echo '{}' > "node_modules/$name/package.json"; done
echo '{ "main": "main.cjs" }' > node_modules/tsx/package.json
echo 'console.log("main.ts", ...process.argv.slice(2)); process.exit(0)' > node_modules/tsx/main.cjs
echo '{}' > node_modules/.package-lock.json`;

const calls = () =>
  existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8").split("\n").slice(0, -1) : [];

/** A Node that does not strip types, and one that does: the version that runs the tests may be either. */
const strips = (value: string | false) =>
  `Object.defineProperty(process.features, "typescript", { value: ${JSON.stringify(value)} });`;
const oldNode = strips(false);
const newNode = `${strips("strip")}
import module, { register } from "node:module";
module.enableCompileCache ??= () => undefined;
register("data:text/javascript," + encodeURIComponent(\`
  import { readFileSync } from "node:fs";
  export const load = (url, context, next) => url.endsWith(".ts")
    ? { format: "module", shortCircuit: true, source: readFileSync(new URL(url)) }
    : next(url, context);
\`));`;

interface Options {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly path?: string;
  /** A module that runs before the bootstrap. */
  readonly preload?: string;
}

function start({
  args = ["check", "--x"],
  env = {},
  path = ["/usr/bin", "/bin"].join(delimiter),
  preload,
}: Options = {}): ChildProcess {
  const before = preload === undefined ? [] : ["--import", `data:text/javascript,${encodeURIComponent(preload)}`];
  const child = spawn(process.execPath, [...before, "scripts/bootstrap.mjs", ...args], {
    cwd: root,
    env: { PATH: `${join(root, "bin")}${delimiter}${path}`, ...env },
  });
  children.push(child);
  return child;
}

async function finish(child: ChildProcess) {
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream]?.on("data", (data) => (output[stream] += String(data)));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output };
}

const run = (options?: Options) => finish(start(options));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 10));
}

describe("the installation", () => {
  test("runs once, and hands the arguments to main.ts", async () => {
    expect(await run()).toMatchObject({ code: success, stdout: "main.ts check --x\n" });
    expect(await run()).toMatchObject({ code: success, stdout: "main.ts check --x\n", stderr: "" });
    expect(calls()).toHaveLength(1);
  });

  test("includes every kind of package, whatever the settings of npm leave out", async () => {
    await run({ env: { NODE_ENV: "production", npm_config_omit: "dev", npm_config_dry_run: "true" } });
    const args = calls()[0]?.split(" ");
    for (const arg of ["ci", "--include=dev", "--include=optional", "--include=peer", "--no-dry-run"])
      expect(args).toContain(arg);
  });

  test("gets the registry and the proxy of the user, and no setting that changes what is installed", async () => {
    program("npm", `env > environment\n${installing("tsx", "tool")}`);
    const kept = {
      PATH_TO_SOMETHING: "a",
      npm_config_registry: "https://registry.example/",
      NPM_CONFIG_USERCONFIG: "/home/user/.npmrc",
      npm_config_https_proxy: "http://proxy.example:3128",
      npm_config_cafile: "/ca.pem",
    };
    const removed = {
      npm_config_omit: "dev",
      npm_config_include: "prod",
      npm_config_only: "production",
      NPM_CONFIG_IGNORE_SCRIPTS: "true",
      npm_config_dry_run: "true",
      npm_config_package_lock_only: "true",
      npm_config_package_lock: "false",
      npm_config_bin_links: "false",
      npm_config_install_strategy: "nested",
      npm_config_global: "true",
      npm_config_location: "global",
      npm_config_prefix: "/elsewhere",
      npm_config_workspace: "tests",
      npm_config_workspaces: "true",
      npm_config_os: "win32",
      npm_config_cpu: "s390",
      npm_config_legacy_peer_deps: "true",
      npm_config_node_options: "--no-such-option",
      npm_config_script_shell: "/bin/false",
      npm_config_an_option_of_a_later_npm: "true",
    };
    expect(await run({ env: { ...kept, ...removed } })).toMatchObject({ code: success });
    const names = readFileSync(join(root, "environment"), "utf8").split("\n");
    expect(Object.entries(kept).filter(([name, value]) => !names.includes(`${name}=${value}`))).toEqual([]);
    expect(names.filter((line) => Object.keys(removed).includes(line.split("=")[0] ?? ""))).toEqual([]);
  });

  test("is complete and in its place, whatever the .npmrc of the user says", async () => {
    await run();
    const args = calls()[0]?.split(" ");
    for (const arg of ["--bin-links", "--ignore-scripts", "--install-strategy=hoisted"]) expect(args).toContain(arg);
  });

  test("is not marked as complete when a package is missing", async () => {
    program("npm", installing("tsx"));
    const { code, stderr } = await run();
    expect(code).toBe(installFailed);
    expect(stderr).toContain("node_modules/tool");
    program("npm", installing("tsx", "tool"));
    expect(await run()).toMatchObject({ code: success });
    expect(calls()).toHaveLength(2);
  });

  test("runs once when two commands start at the same time; the second names the first", async () => {
    program("npm", `${installing("tsx", "tool")}\nuntil [ -e go ]; do sleep 0.05; done`);
    const first = start();
    await until(() => calls().length > 0);
    const second = start();
    let shown = "";
    second.stderr?.on("data", (data) => (shown += String(data)));
    await until(() => shown.includes(`pid ${first.pid}`));
    write("go", "");
    expect(await Promise.all([finish(first), finish(second)])).toMatchObject([{ code: success }, { code: success }]);
    expect(calls()).toHaveLength(1);
  });

  test("is taken over when the command that installs was killed", async () => {
    program("npm", "echo started >> calls; exec sleep 60");
    const first = start();
    await until(() => calls().length > 0);
    first.kill("SIGKILL");
    await once(first, "exit");
    program("npm", installing("tsx", "tool"));
    expect(await run()).toMatchObject({ code: success });
  });

  test("that npm refuses shows npm's message and a remedy", async () => {
    program("npm", 'echo "npm error code ENOSPC" >&2; exit 228');
    const { code, stderr } = await run();
    expect(code).toBe(installFailed);
    expect(stderr).toContain("npm error code ENOSPC");
    expect(stderr).toContain(remedyFor("ENOSPC", root));
  });

  test("without npm says where Node is", async () => {
    rmSync(join(root, "bin/npm"));
    const { code, stderr } = await run({ path: "/nowhere" });
    expect(code).toBe(installFailed);
    expect(stderr).toContain(process.execPath);
  });
});

describe("the packages of a stage that runs no development program", () => {
  const args = ["stage", "plan"];
  const started = "main.ts stage plan\n";
  const omitted = ["--omit=dev", "--omit=optional", "--omit=peer"];
  const installed = () =>
    calls().map((call) => (omitted.every((arg) => call.split(" ").includes(arg)) ? "some" : "all"));

  test("are those of production where Node strips types", async () => {
    program("npm", installing("tsx"));
    expect(await run({ args, preload: newNode })).toMatchObject({ code: success, stdout: started });
    expect(await run({ args, preload: newNode })).toMatchObject({ code: success, stdout: started, stderr: "" });
    expect(installed()).toEqual(["some"]);
  });

  test("are completed by the next command that needs all, which serves both", async () => {
    program("npm", installing("tsx"));
    await run({ args, preload: newNode });
    program("npm", installing("tsx", "tool"));
    expect(await run({ preload: newNode })).toMatchObject({ code: success });
    expect(await run({ args, preload: newNode })).toMatchObject({ code: success, stdout: started, stderr: "" });
    expect(await run({ args, preload: oldNode })).toMatchObject({ code: success, stdout: started, stderr: "" });
    expect(installed()).toEqual(["some", "all"]);
  });
});

describe("the machine", () => {
  const withNode = (version: string) =>
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;

  test.each(["18.20.8", "20.18.3", "21.7.3", "22.11.0"])(
    "Node %s is refused before anything is installed",
    async (version) => {
      const { code, stderr } = await run({ preload: withNode(version) });
      expect(code).toBe(misuse);
      expect(stderr).toContain(version);
      expect(stderr).toContain("^20.19.0 || >=22.12.0");
      expect(calls()).toEqual([]);
    },
  );

  test.each(["20.19.0", "22.12.0", "23.0.0", "26.10.0"])("Node %s is accepted", async (version) =>
    expect(await run({ preload: withNode(version) })).toMatchObject({ code: success }),
  );

  test("Windows is refused before anything is installed", async () => {
    const { code, stderr } = await run({ preload: 'Object.defineProperty(process, "platform", { value: "win32" })' });
    expect(code).toBe(misuse);
    expect(stderr).toContain("Windows");
    expect(calls()).toEqual([]);
  });
});

test("the range of package.json accepts the version of .node-version", async () => {
  cpSync("package.json", join(root, "package.json"));
  const preload = `Object.defineProperty(process, "versions", { value: { node: "${readFileSync(".node-version", "utf8").trim()}.0.0" } })`;
  expect(await run({ preload })).toMatchObject({ code: success });
});

test("the first file has no syntax that is newer than Node 12", () => {
  // oxlint-disable-next-line typescript/no-deprecated -- vitest exports no other parser
  const tree = JSON.stringify(parseAst(readFileSync("scripts/bootstrap.mjs", "utf8")), (key, value: unknown) =>
    key === "start" || key === "end" ? undefined : value,
  );
  const newer = [
    "ChainExpression",
    "AwaitExpression",
    "PropertyDefinition",
    "PrivateIdentifier",
    "StaticBlock",
    "??",
    "??=",
    "||=",
    "&&=",
  ];
  expect(newer.filter((word) => tree.includes(JSON.stringify(word)))).toEqual([]);
  expect(tree).not.toContain('"node:');
});
