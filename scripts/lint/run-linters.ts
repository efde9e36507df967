/** Runs the linters of shell scripts, Dockerfiles and nginx.conf in an image that contains them all. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { artifactRoot } from "../../contract/codecs.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { filesBelow } from "../core/files-below.ts";
import { docker } from "../docker/docker.ts";
import { resultsFolder } from "../reports/junit.ts";
import { type LinterResult, reportOf, resultsOf } from "./linter-results.ts";
import { isConfig, linters } from "./linters.ts";

const image = "wmd-tools";
const report = `${resultsFolder}/tools.xml`;

const build: Command = ["docker", "buildx", "build", "--load", "--tag", image, "tools"];

/**
 * No network, and one writable volume into which the files are copied.
 * They are not mounted, since the engine may run on another machine.
 */
const create = (name: string): Command => [
  ...(["docker", "create", "--name", name, "--label", "wmd.run=true", "--network", "none", "--read-only"] as const),
  ...(["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp"] as const),
  ...(["--volume", "/repository", image] as const),
];
const start = (name: string): Command => ["docker", "start", name];
const inside = (name: string, command: Command): Command => ["docker", "exec", name, ...command];

/** Runs every linter. Findings become annotations and a JUnit report; they are not thrown. */
export async function runLinters(fx: Effects): Promise<readonly LinterResult[]> {
  const files = filesBelow(".").map((path) => path.replace(/^\.\//u, ""));
  const all = linters(files);
  const idle = all.find((linter) => linter.files.length === 0);
  if (idle)
    throw new UserError(`${idle.tool} has no file to check`, "Correct the choice of files in scripts/lint/linters.ts");

  await fx.run(build, { title: "lint image" });
  const folder = artifactRoot("tools");
  copyInto(
    folder,
    files.filter((path) => isConfig(path) || all.some((linter) => linter.files.includes(path))),
  );
  const name = `${image}-${process.pid}`;
  try {
    for (const command of [create(name), docker.copyIn(`${folder}/.`, name, "/repository"), start(name)])
      await fx.output(command);
    const results: LinterResult[] = [];
    for (const linter of all) results.push(...resultsOf(linter, await fx.tryRun(inside(name, linter.command))));
    publish(results, fx);
    return results;
  } finally {
    await fx.cleanUp(docker.remove(name));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies the files and makes them readable for the image's user, whatever the umask of this process is. */
function copyInto(folder: string, files: readonly string[]): void {
  rmSync(folder, { recursive: true, force: true });
  for (const path of files) {
    const to = join(folder, path);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(path, to);
  }
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
}

function publish(results: readonly LinterResult[], fx: Effects): void {
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, reportOf(results));
  for (const { file, line, message } of results.flatMap(({ findings }) => findings)) fx.error(message, { file, line });
  const failed = results.filter(({ findings }) => findings.length > 0).length;
  fx.log(`  ${failed === 0 ? "✓" : "✗"} linters: ${results.length} files checked, ${failed} with findings`);
}
