/** Verifies workflows: reads the files, runs all checks side by side, and returns what they found. */
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { readShellcheck } from "../lint/linter-output.ts";
import type { Verified } from "./github.ts";
import { type Ignore, ignoresFile, readIgnores, withoutIgnored } from "./ignores.ts";
import { anybodys, ours } from "./knowledge.ts";
import { readOptional, readWorkflow } from "./read-files.ts";
import { excludedCodes, inWorkflow, scriptsOf } from "./shell-scripts.ts";
import { inSource, sourceOf } from "./source-place.ts";
import { type Tools, installedTools } from "./tools.ts";
import { parseYaml } from "./workflow/document.ts";
import { type Finding, inOrder } from "./workflow/finding.ts";
import { workflowOf } from "./workflow/workflow.ts";
import { checkedBy, readZizmor, refusedBy, zizmorCommand, zizmorExitCodes } from "./zizmor.ts";

/** A workflow that could be read. */
export interface Target extends Verified {
  /** The root of the repository. */
  readonly root: string;
}

/**
 * @param paths of workflows; findings name the files in the same way
 * @param folder the folder that relative paths begin in
 * @throws UserError when a check cannot run
 */
export async function verify(paths: readonly string[], folder: string, fx: Effects): Promise<readonly Finding[]> {
  const read = [...new Set(paths)].map((path) => targetAt(path, folder));
  const targets = read.filter((one): one is Target => "workflow" in one);
  const unread = read.filter((one): one is Finding => "rule" in one);
  const found = [...unread, ...(await findingsIn(targets, fx))];
  return inOrder(atSources(accepted(found, targets), targets));
}

/** What all checks find. @throws UserError when a check cannot run */
export async function findingsIn(targets: readonly Target[], fx: Effects): Promise<readonly Finding[]> {
  if (targets.length === 0) return [];
  // The programs start first: loading GitHub's packages takes longer than they run.
  const programs = installedTools(fx).then((tools) => programFindings(targets, tools, fx));
  const judging = import("./judge.ts").then(({ judge }) => judge(targets));
  const [inProcess, byPrograms] = await Promise.all([judging, programs]);
  return [...inProcess, ...reported(byPrograms, inProcess)];
}

function targetAt(path: string, folder: string): Target | Finding {
  const onDisk = resolve(folder, path);
  const source = readWorkflow(onDisk, path);
  if (typeof source !== "string") return source;
  const document = parseYaml(path, source);
  if (!("texts" in document)) return document;
  const [, root] = /^(.*)\/\.github\/workflows\/[^/]+$/u.exec(onDisk) ?? [];
  return {
    root: root ?? dirname(onDisk),
    workflow: workflowOf(document),
    source,
    knowledge: root === resolve(".") ? ours : anybodys,
    // Outside of a repository, the called workflow is looked for beside its caller.
    called: (called) => readOptional(root === undefined ? join(dirname(onDisk), basename(called)) : join(root, called)),
  };
}

interface ProgramFindings {
  readonly found: readonly Finding[];
  /** The files that a program refused to check. */
  readonly leftOut: readonly string[];
}

async function programFindings(
  targets: readonly Target[],
  tools: Tools,
  fx: Effects,
): Promise<readonly ProgramFindings[]> {
  const folder = fx.files.makeTemporaryFolder("wmd-verify-");
  try {
    return await Promise.all([
      shellcheck(targets, tools, folder, fx),
      ...(["auditor", "regular"] as const).map((persona) =>
        zizmor(
          targets.filter(({ knowledge }) => knowledge.persona === persona),
          persona,
          tools,
          folder,
          fx,
        ),
      ),
    ]);
  } finally {
    fx.files.remove(folder);
  }
}

async function shellcheck(
  targets: readonly Target[],
  tools: Tools,
  folder: string,
  fx: Effects,
): Promise<ProgramFindings> {
  const scripts = targets.flatMap(({ workflow }, index) => scriptsOf(workflow, index));
  if (scripts.length === 0) return { found: [], leftOut: [] };
  for (const { path, text } of scripts) fx.files.write(join(folder, path), text);
  const outcome = await fx.tryRun(
    [
      tools.shellcheck,
      "--norc",
      "--format",
      "json1",
      "--exclude",
      excludedCodes.join(),
      ...scripts.map(({ path }) => path),
    ],
    { cwd: folder },
  );
  if (outcome.code > 1) throw failed("shellcheck", outcome.stderr || outcome.stdout);
  const found = readShellcheck(outcome.stdout);
  // It ends with 0 exactly when it found nothing; otherwise its output was misread.
  if ((outcome.code === 0) !== (found.length === 0)) throw failed("shellcheck", outcome.stderr || outcome.stdout);
  return { found: found.map((finding) => inWorkflow(finding, scripts)), leftOut: [] };
}

async function zizmor(
  targets: readonly Target[],
  persona: "auditor" | "regular",
  tools: Tools,
  folder: string,
  fx: Effects,
): Promise<ProgramFindings> {
  const files = new Map(
    targets.map(({ workflow, source }, index) => {
      const copy = `${persona}-${index}/.github/workflows/workflow.yml`;
      fx.files.write(join(folder, copy), source);
      return [copy, workflow.document.file];
    }),
  );
  const original = (copy: string): string => files.get(copy) ?? copy;
  const copies = [...files.keys()];
  let asked: readonly string[] = copies;
  // One file on which zizmor gives up keeps it from the others, so that it is asked again without that file.
  while (asked.length > 0) {
    const { code, stdout, stderr } = await fx.tryRun(zizmorCommand(tools.zizmor, persona, asked), { cwd: folder });
    if (zizmorExitCodes.includes(code)) {
      const checked = checkedBy(asked, stderr);
      return {
        found: readZizmor(stdout).map((finding) => ({ ...finding, file: original(finding.file) })),
        leftOut: copies.filter((copy) => !checked.includes(copy)).map(original),
      };
    }
    const refused = refusedBy(asked, stderr);
    if (refused.length === 0) throw failed("zizmor", stderr || stdout);
    asked = asked.filter((copy) => !refused.includes(copy));
  }
  return { found: [], leftOut: copies.map(original) };
}

const failed = (tool: string, output: string): UserError =>
  new UserError(
    `${tool} failed: ${/^(?:error|fatal)\b.*/mu.exec(output)?.[0] ?? tail(output, 1).trim()}`,
    "Run `npm run verify` with one file at a time to find the one that it does not read",
  );

/** A file that zizmor refuses is reported by GitHub's parser, too; otherwise it was not checked, which is a finding. */
function reported(programs: readonly ProgramFindings[], inProcess: readonly Finding[]): readonly Finding[] {
  const unexplained = programs
    .flatMap(({ leftOut: files }) => files)
    .filter((file) => !inProcess.some((finding) => finding.file === file && finding.rule === "github/parser"));
  return [
    ...programs.flatMap(({ found }) => found),
    ...unexplained.map((file) => ({
      file,
      line: 1,
      column: 1,
      rule: "zizmor/not-checked",
      message: "zizmor refuses the form of the file, and did not check it",
    })),
  ];
}

function accepted(findings: readonly Finding[], targets: readonly Target[]): readonly Finding[] {
  return [...new Set(targets.map(({ root }) => root))].reduce((left, root) => {
    const path = join(root, ignoresFile);
    const text = readOptional(path);
    if (text === undefined) return left;
    const ignores: readonly Ignore[] = readIgnores(path, text);
    const files = targets.filter((target) => target.root === root).map(({ workflow }) => workflow.document.file);
    const [inside, outside] = [
      left.filter(({ file }) => files.includes(file)),
      left.filter(({ file }) => !files.includes(file)),
    ];
    return [...outside, ...withoutIgnored(inside, ignores, files, path)];
  }, findings);
}

function atSources(findings: readonly Finding[], targets: readonly Target[]): readonly Finding[] {
  return findings.map((finding) => {
    const target = targets.find(({ workflow }) => workflow.document.file === finding.file);
    const source = target && sourceOf(target.source);
    const definition = source === undefined ? undefined : readOptional(join(target!.root, source));
    return definition === undefined ? finding : inSource(finding, target!.workflow.document, source!, definition);
  });
}
