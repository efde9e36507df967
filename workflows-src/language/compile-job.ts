/** Compiles one job: its settings from the contract of its stage, its wiring from the workflow. Pure. */
import { type Contract, contractOf } from "../../contract/contracts.ts";
import { all } from "./expressions.ts";
import { type AtLeastOne, type LibraryJob, interpolated, runner } from "./library.ts";
import type { JobSpec } from "./model.ts";
import { permissionsOf } from "./permissions.ts";
import { stepsOf } from "./steps.ts";

export function compileJob(job: JobSpec): LibraryJob {
  const contract = contractOf(job.stage);
  const [condition, ...others] = job.conditions;
  return {
    name: job.matrix ? `${contract.title} ${interpolated(`matrix.${job.matrix.key}`)}` : contract.title,
    ...(job.needs.length > 0 ? { needs: [...job.needs] as AtLeastOne<string> } : {}),
    ...(condition ? { if: all(condition, ...others).text } : {}),
    "runs-on": runner,
    permissions: Object.fromEntries(permissionsOf(job).map(({ permission, level }) => [permission, level])),
    "timeout-minutes": contract.timeoutMinutes,
    ...(contract.environment ? { environment: contract.environment } : {}),
    // GitHub keeps all waiting jobs of the group: no release is skipped because a newer one waits.
    ...(contract.concurrencyGroup
      ? { concurrency: { group: contract.concurrencyGroup, "cancel-in-progress": false, queue: "max" as const } }
      : {}),
    ...(job.matrix
      ? {
          strategy: {
            "fail-fast": false,
            matrix: { [job.matrix.key]: interpolated(`fromJSON(${job.matrix.over.text})`) },
          },
        }
      : {}),
    ...outputsOf(job, contract),
    steps: stepsOf(job, contract),
  };
}

function outputsOf(job: JobSpec, { outputs = {} }: Contract): Pick<LibraryJob, "outputs"> {
  if (job.matrix) return {};
  const scalars = Object.keys(outputs).filter((key) => outputs[key]?.kind === "scalar");
  if (scalars.length === 0) return {};
  return { outputs: Object.fromEntries(scalars.map((key) => [key, interpolated(`steps.stage.outputs.${key}`)])) };
}
