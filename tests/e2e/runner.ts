/** Runs the compiled workflows: act in a container that uses the engine of this machine. */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "../../scripts/core/command.ts";
import type { Effects } from "../../scripts/core/effects.ts";
import { runLockHolder } from "../../scripts/core/run-lock.ts";
import type { Credentials } from "../../scripts/oci/registry-login.ts";
import * as actions from "../../workflows-src/language/actions.ts";
import { type Run, readRun } from "./act-log.ts";

const image = "wmd-e2e-runner";
const container = `wmd-e2e-runner-${process.pid}`;
/** Mounted at the same path in the container, because the engine resolves the paths of the compose files on the host. */
export const home = resolve(".pipeline/e2e");
const sshPort = 20_022;
/** The name of the repository on GitHub. */
export const repositoryName = "example/wmd";

export interface Runner {
  readonly act: (event: string, options: ActOptions) => Promise<Run>;
  /** The commit of the files of the work tree. */
  readonly firstCommit: string;
  /** Writes a file of the repository and commits it to `main`; returns the commit. A shell script is executable. */
  readonly commit: (path: string, text: string) => Promise<string>;
  /** The deploy target: the container runs an SSH server, and its Docker client uses the same engine. */
  readonly server: { readonly host: string; readonly hostKey: string; readonly privateKey: string };
  readonly stop: () => Promise<void>;
}

export interface ActOptions {
  readonly workflow: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
}

const exec = (...command: readonly string[]): Command => ["docker", "exec", container, ...command];

export async function startRunner(fx: Effects, env: NodeJS.ProcessEnv): Promise<Runner> {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  await fx.run(["docker", "build", "--tag", image, "tests/e2e"], { title: "image of the runner" });
  const socket = (env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock").replace("unix://", "");
  const registry = (await fx.output(["npm", "config", "get", "registry"])).trim();
  await fx.output([
    "docker", "run", "--detach", "--rm", "--name", container, "--network", "host",
    "--volume", `${socket}:/var/run/docker.sock`, "--volume", `${home}:${home}`,
    "--env", `HOME=${home}`, "--env", `npm_config_registry=${registry}`, image,
  ]); // prettier-ignore
  const server = await startServer(fx);
  const git = await cloneWorkTree(fx);
  const head = async () => (await git("rev-parse", "HEAD")).trim();
  let run = 0;
  return {
    server,
    stop: async () => void (await fx.cleanUp(["docker", "rm", "--force", container])),
    firstCommit: await head(),
    async commit(path, text) {
      writeFileSync(join(home, "clone", path), text, { mode: path.endsWith(".sh") ? 0o755 : 0o644 });
      copyWorkflows();
      await git("add", path);
      await git("commit", "--quiet", "--message", `test: ${path}`);
      return head();
    },
    act: async (event, options) =>
      readRun(await fx.tryRun(actCommand(event, options, env, `${home}/artifacts-${++run}`))),
  };
}

/** Commits the files of the work tree, changed ones too, to `main` of a new repository. */
async function cloneWorkTree(fx: Effects): Promise<(...args: readonly string[]) => Promise<string>> {
  const clone = join(home, "clone");
  const excluded = new Set(["node_modules", ".git", ".pipeline"]);
  const filter = (path: string) => !excluded.has(basename(path));
  for (const entry of readdirSync(".").filter(filter)) cpSync(entry, join(clone, entry), { recursive: true, filter });
  copyWorkflows();
  cpSync("tests/e2e/actions", join(home, "actions"), { recursive: true });
  const git = (...args: readonly string[]) =>
    fx.output(exec("git", "-C", clone, "-c", "user.name=e2e", "-c", "user.email=e2e@example.invalid", ...args));
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "test: the work tree");
  // Each job copies the repository: one pack is copied in half the time of two thousand objects.
  await git("repack", "-a", "-d", "--quiet");
  await git("remote", "add", "origin", `https://github.invalid/${repositoryName}.git`);
  return git;
}

/** Copies the workflows of the repository to where act reads them. */
function copyWorkflows(): void {
  const folder = join(home, "clone/.github/workflows");
  mkdirSync(join(home, "workflows"), { recursive: true });
  for (const name of readdirSync(folder)) {
    // act ignores concurrency groups, and refuses this key, which it does not know.
    const workflow = readFileSync(join(folder, name), "utf8").replaceAll(/^ +queue: max\n/gmu, "");
    writeFileSync(join(home, "workflows", name), workflow);
  }
}

async function startServer(fx: Effects): Promise<Runner["server"]> {
  const keys = join(home, "ssh");
  mkdirSync(keys, { mode: 0o700 });
  for (const name of ["host", "client"])
    await fx.output(exec("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", `${keys}/${name}`));
  await fx.output(exec("cp", `${keys}/client.pub`, `${keys}/authorized_keys`));
  await fx.output([
    "docker", "exec", "--detach", container, "/usr/sbin/sshd", "-D", "-f", "/dev/null",
    "-o", `Port=${sshPort}`, "-o", "ListenAddress=127.0.0.1", "-o", `HostKey=${keys}/host`, "-o", "PidFile=none",
    "-o", `AuthorizedKeysFile=${keys}/authorized_keys`, "-o", "StrictModes=no", "-o", "PasswordAuthentication=no",
    "-o", "PermitRootLogin=prohibit-password",
  ]); // prettier-ignore
  const [type, key] = (await fx.output(exec("cat", `${keys}/host.pub`))).trim().split(" ");
  return {
    host: `root@127.0.0.1:${sshPort}`,
    hostKey: `${type} ${key}`,
    privateKey: await fx.output(exec("cat", `${keys}/client`)),
  };
}

/** Writes what `docker login` writes. Swarm passes the login on to the nodes that pull. */
export function logIn(host: string, { username, password }: Credentials): void {
  mkdirSync(join(home, ".docker"), { recursive: true });
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
}

/** The environment is reset, because act would pass all of it on to the workflow. */
function actCommand(
  event: string,
  { workflow, variables, secrets, inputs = {} }: ActOptions,
  env: NodeJS.ProcessEnv,
  artifacts: string,
): Command {
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  const localActions = {
    setupNode: "setup-node",
    uploadArtifact: "upload-artifact",
    downloadArtifact: "download-artifact",
    restoreCache: "cache",
  } as const;
  // The container is on the host's network, where the lock is: the stages share the run lock of `npm test`.
  const holder = env[runLockHolder];
  const payload = join(home, "event.json");
  writeFileSync(
    payload,
    JSON.stringify(event === "push" ? { ref: "refs/heads/main" } : { ref: "refs/heads/main", inputs }),
  );
  return exec(
    "env", "-i", `HOME=${home}`, `XDG_CACHE_HOME=${home}/cache`, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG=C.UTF-8", "PAGER=cat", "BUILDKIT_PROGRESS=plain", "NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt",
    "act", event, "--directory", `${home}/clone`, "--workflows", `${home}/workflows/${workflow}`, "--eventpath", payload,
    "--json", "--verbose", "--platform", "ubuntu-24.04=-self-hosted", "--action-offline-mode", "--concurrent-jobs", "2",
    ...Object.entries(localActions).flatMap(([name, folder]) => {
      const { repository, commit } = actions[name as keyof typeof localActions];
      return ["--local-repository", `${repository}@${commit}=${home}/actions/${folder}`];
    }),
    "--env", `GITHUB_REPOSITORY=${repositoryName}`, "--env", `E2E_ARTIFACTS=${artifacts}`, "--env", `E2E_CACHE=${home}/layers`, "--env", "NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt",
    ...pairs("--env", holder === undefined ? {} : { [runLockHolder]: holder }),
    ...pairs("--var", variables), ...pairs("--secret", secrets), ...pairs("--input", inputs),
  ); // prettier-ignore
}
