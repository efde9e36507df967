/** Linters of workflows, shell scripts, Dockerfiles and nginx.conf, in an image of ours: none has to be installed. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { artifactRoot } from "../../contract/codecs.ts";
import { docker } from "../docker/docker.ts";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { type Script, type ToolResult, isConfig, isWorkflow, junit, linters, scriptsOf, verdict } from "./linters.ts";
import { filesBelow } from "../core/work-tree.ts";

const image = "wmd-tools";
const report = ".pipeline/results/tools.xml";

const build: Command = ["docker", "buildx", "build", "--load", "--tag", image, "tools"];

/** Nothing to reach, and nothing to write to but the volume into which the files are copied: the engine may be elsewhere. */
const create = (name: string): Command => [
  ...(["docker", "create", "--name", name, "--label", "wmd.run=true", "--network", "none", "--read-only"] as const),
  ...([
    "--cap-drop",
    "ALL",
    "--security-opt",
    "no-new-privileges",
    "--tmpfs",
    "/tmp",
    "--volume",
    "/repository",
  ] as const),
  image,
];
const start = (name: string): Command => ["docker", "start", name];
const inside = (name: string, command: Command): Command => ["docker", "exec", name, ...command];

/** Each linter's verdict on each file, also as a JUnit report. What they find is an annotation, not an exception. */
export async function tools(fx: Effects): Promise<readonly ToolResult[]> {
  const files = filesBelow(".").map((path) => path.replace(/^\.\//u, ""));
  const scripts = files.filter(isWorkflow).flatMap((path) => scriptsOf(path, readFileSync(path, "utf8")));
  const all = linters(files, scripts);
  const idle = all.find((linter) => linter.files.length === 0);
  if (idle)
    throw new UserError(
      `${idle.tool} has nothing to look at`,
      "Look at what `linters` in scripts/lint/linters.ts picks",
    );

  await fx.run(build, { title: "tools image" });
  const folder = artifactRoot("tools");
  lay(
    folder,
    files.filter((path) => isConfig(path) || all.some((linter) => linter.files.includes(path))),
    scripts,
  );
  const name = `${image}-${process.pid}`;
  try {
    for (const command of [create(name), docker.copyIn(`${folder}/.`, name, "/repository"), start(name)])
      await fx.output(command);
    const results: ToolResult[] = [];
    for (const linter of all) results.push(...verdict(linter, await fx.tryRun(inside(name, linter.command))));
    tell(results, fx);
    return results;
  } finally {
    await fx.cleanUp(docker.remove(name));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files to look at, readable by the image's user whatever the umask here is. */
function lay(folder: string, files: readonly string[], scripts: readonly Script[]): void {
  rmSync(folder, { recursive: true, force: true });
  const put = (path: string, write: (to: string) => void): void => {
    const to = join(folder, path);
    mkdirSync(dirname(to), { recursive: true });
    write(to);
  };
  for (const path of files) put(path, (to) => copyFileSync(path, to));
  for (const { path, text } of scripts) put(path, (to) => writeFileSync(to, text));
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
}

function tell(results: readonly ToolResult[], fx: Effects): void {
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, junit(results));
  for (const { file, line, message } of results.flatMap(({ findings }) => findings)) fx.error(message, { file, line });
  const red = results.filter(({ findings }) => findings.length > 0).length;
  fx.log(`  ${red === 0 ? "✓" : "✗"} ${results.length} verdicts of linters, ${red} red`);
}
