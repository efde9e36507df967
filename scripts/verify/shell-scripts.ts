/** The shell scripts of workflows, as files for shellcheck, and its findings at their places in the workflow. Pure. */
import type { Finding as LinterFinding } from "../lint/linter-output.ts";
import { mapping, text } from "./workflow/document.ts";
import { template } from "./workflow/expressions.ts";
import type { Finding } from "./workflow/finding.ts";
import type { Job, Step, Workflow } from "./workflow/workflow.ts";

/** The value of one `run:`, as a file. */
export interface ShellScript {
  readonly path: string;
  readonly text: string;
  readonly workflow: Workflow;
  readonly step: Step;
}

/** The scripts of `bash` and `sh`: shellcheck reads no other shell. */
export const scriptsOf = (workflow: Workflow, number: number): readonly ShellScript[] =>
  workflow.jobs.flatMap((job) =>
    job.steps.flatMap((step, index) => {
      const shell = step.run === "" ? undefined : shellOf(step, job, workflow);
      const path = `${number}-${job.id.replaceAll(/[^\w-]/gu, "-")}-${index + 1}.sh`;
      return shell ? [{ path, text: `${shell}\n${withoutExpressions(step.run)}\n`, workflow, step }] : [];
    }),
  );

/**
 * The first line of the script: shellcheck reads the shell and its options from there. GitHub's runner calls `bash -e` where no
 * shell is named, and PowerShell on Windows.
 */
function shellOf(step: Step, job: Job, { value }: Workflow): string | undefined {
  const named = [step.value, defaultsOf(job.value), defaultsOf(value)].map(({ shell }) => text(shell)).find(Boolean);
  const shell =
    named ??
    (/windows/iu.test(JSON.stringify(job.value["runs-on"] ?? ""))
      ? "pwsh"
      : job.value["container"] === undefined
        ? "bash"
        : "sh");
  const [program = "", ...options] = shell.split(/\s+/u);
  if (!/(?:^|\/)(?:bash|sh)$/u.test(program)) return undefined;
  const isBash = program.endsWith("bash");
  if (isBash && options.length > 0 && !options.some((option) => /^-\w*e/u.test(option))) return "#!/bin/bash";
  return isBash ? "#!/bin/bash -e" : "#!/bin/sh -e";
}

const defaultsOf = (value: unknown) => mapping(mapping(mapping(value)["defaults"])["run"]);

/** A place holder of the same length for each `${{ }}`, so that the columns stay; a word that no rule of shellcheck is about. */
const withoutExpressions = (script: string): string =>
  script.replaceAll(template, (written) => written.replaceAll(/[^\n]/gu, "_"));

/**
 * 1091, 2154: the file and the variable come from another step. 2034: the step that follows may read it.
 * 2043, 2050, 2157, 2193, 2194: something is constant, which is so because of the place holders.
 */
export const excludedCodes = ["SC1091", "SC2154", "SC2034", "SC2043", "SC2050", "SC2157", "SC2193", "SC2194"];

/** A finding of shellcheck in one of the scripts, at its place in the workflow. */
export function inWorkflow(finding: LinterFinding, scripts: readonly ShellScript[]): Finding {
  const script = scripts.find(({ path }) => path === finding.file);
  if (!script) throw new Error(`shellcheck reports ${finding.file}, which it was not given`);
  const { document } = script.workflow;
  const path = [...script.step.path, "run"];
  const written = document.texts.find((one) => JSON.stringify(one.path) === JSON.stringify(path));
  const [rule = "", ...message] = finding.message.split(": ");
  const place =
    written?.literal === true
      ? // The first line is the one that names the shell.
        {
          line: written.position.line + Math.max(0, finding.line - 2),
          column: written.position.column + (finding.column ?? 1) - 1,
        }
      : document.at(path);
  return { file: document.file, ...place, rule: `shellcheck/${rule}`, message: message.join(": ") };
}
