/** The run on GitHub that executes a stage. Pure. */
import type { Environment } from "./inputs.ts";
import { UserError } from "./user-error.ts";

export interface Run {
  /** The repository on GitHub, `owner/name`. */
  readonly repository: string;
  /** The file of the workflow, `owner/name/.github/workflows/ci-cd.yml`; empty where the runner does not name it. */
  readonly workflow: string;
  /** Counts the runs of the workflow in the order of their events; a run that is repeated keeps its number. */
  readonly number: number;
  readonly commit: string;
  /** The account that started the run. */
  readonly actor: string;
}

/**
 * The run that GitHub's environment describes; undefined on a laptop.
 * @throws UserError when a variable of GitHub's environment is not set
 */
export function runOf(env: Environment): Run | undefined {
  if (env["GITHUB_ACTIONS"] !== "true") return undefined;
  const required = (name: string): string => {
    const value = env[name];
    if (!value)
      throw new UserError(`${name} is not set`, "Run the stage from a workflow, or unset GITHUB_ACTIONS on a laptop");
    return value;
  };
  const number = Number(required("GITHUB_RUN_NUMBER"));
  if (!Number.isSafeInteger(number) || number < 1)
    throw new UserError(
      `GITHUB_RUN_NUMBER is ${JSON.stringify(env["GITHUB_RUN_NUMBER"])}, which is not a number`,
      "Run the stage from a workflow",
    );
  return {
    repository: required("GITHUB_REPOSITORY"),
    workflow: env["GITHUB_WORKFLOW_REF"]?.split("@")[0] ?? "",
    number,
    commit: required("GITHUB_SHA"),
    actor: required("GITHUB_ACTOR"),
  };
}
