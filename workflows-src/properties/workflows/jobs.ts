/** The keys of a job beside its steps. */
import { differences } from "../core/exactly.ts";
import type { Rule } from "../core/rule.ts";
import { type Job, matrixOf, typeOfOutput } from "./workflow.ts";

const nameOf = (job: Job): string => {
  const matrix = matrixOf(job);
  const title = /^[A-Z][a-z]+$/u.test(job.contract.title) ? job.contract.title : "a title of one word";
  return matrix ? `${title} \${{ matrix.${matrix.key} }}` : title;
};

/** The keys that a job of this contract has, apart from those that other rules are about. */
function expectedKeys(job: Job): unknown {
  const { timeoutMinutes, environment, concurrencyGroup, outputs = {} } = job.contract;
  const matrix = matrixOf(job);
  const scalars = Object.keys(outputs).filter((key) => outputs[key]?.kind === "scalar");
  return {
    name: nameOf(job),
    "runs-on": "ubuntu-24.04",
    permissions: { contents: "read" },
    "timeout-minutes": timeoutMinutes,
    environment,
    concurrency: concurrencyGroup && { group: concurrencyGroup, "cancel-in-progress": false, queue: "max" },
    // All legs at once, and none is cancelled: each application's result is shown.
    strategy: matrix && { "fail-fast": false, matrix: { [matrix.key]: `\${{ fromJSON(${matrix.over}) }}` } },
    // The legs of a matrix would overwrite each other's outputs.
    outputs:
      matrix || scalars.length === 0
        ? undefined
        : Object.fromEntries(scalars.map((key) => [key, `\${{ steps.stage.outputs.${key} }}`])),
  };
}

export const keys: Rule<Job> = {
  name: "a job has the limits, the rights and the outputs of its contract, and no other key",
  reason:
    "A permission that no action needs is one for whoever breaks in; a job that continues on error, or in a container of its own, proves nothing; jobs that touch production wait for each other and are never cancelled.",
  findings: (job) => {
    const { steps: _, needs: __, if: ___, ...rest } = job.keys;
    return differences(job.place, expectedKeys(job), rest);
  },
};

export const minutes: Rule<Job> = {
  name: "a job ends by itself, before GitHub ends it",
  reason: "GitHub's limit is six hours, which a hanging job would be paid for.",
  findings: ({ place, contract: { timeoutMinutes } }) =>
    Number.isInteger(timeoutMinutes) && timeoutMinutes >= 1 && timeoutMinutes <= 60
      ? []
      : [`${place}.timeout-minutes: ${timeoutMinutes} is not from 1 to 60`],
};

export const matrixType: Rule<Job> = {
  name: "a matrix runs over a list of what the stage takes",
  reason: "A list of anything else makes legs that fail, or that do not run.",
  findings: (job) => {
    const matrix = matrixOf(job);
    if (matrix === undefined) return [];
    const codec = job.contract.inputs?.[matrix.key];
    const type = codec?.kind === "scalar" ? `a JSON list whose items are ${codec.type}` : undefined;
    return type !== undefined && typeOfOutput(job, matrix.over) === type
      ? []
      : [`${job.place}.strategy.matrix.${matrix.key}: ${matrix.over} is not ${type ?? "for an input of the stage"}`];
  },
};
