/** Services that did not come up: their failed tasks, and the error that names them. */
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { pool } from "../core/pool.ts";
import { type TaskState, parseTasks } from "../docker/inspected.ts";
import { swarm } from "../docker/swarm.ts";
import { type Failure, failedTasks } from "./rollout-state.ts";

const logsAtOnce = 4;

/** A service that did not come up, with its failed tasks, the newest first. */
export interface FailedService extends Failure {
  readonly tasks: readonly TaskState[];
}

export async function withFailedTasks(failure: Failure, fx: Effects): Promise<FailedService> {
  const ids = (await fx.tryRun(swarm.tasks(failure.name))).stdout.split("\n").filter(Boolean);
  // Docker leaves out the tasks that the swarm has forgotten since, and ends with 1.
  const inspected = ids.length > 0 ? (await fx.tryRun(swarm.inspectTasks(...ids))).stdout : "[]";
  return { ...failure, tasks: failedTasks(parseTasks(inspected), failure) };
}

export const formatTask = ({ Slot: slot, Status: { State: state, Err: error } }: TaskState): string =>
  `task ${slot ?? 1} ${state}: ${error ?? "it was unhealthy, or ended by itself"}`;

export const formatFailure = ({ name, why, tasks: [newest] }: FailedService): string =>
  [`${name}: ${why}`, ...(newest ? [`  ${formatTask(newest)}`] : [])].join("\n");

/** The error of a rollout, with the newest failed task and the last log lines of each service. */
export async function rolloutError(failures: readonly FailedService[], fx: Effects): Promise<UserError> {
  const details = await pool(logsAtOnce, failures, async (failure) => {
    const logs = await fx.tryRun(swarm.logs(failure.name));
    const lines = tail(logs.stdout + logs.stderr, 10).split("\n");
    return [formatFailure(failure), ...lines.map((line) => `  | ${line}`)].join("\n");
  });
  return new UserError(
    `The release did not come up:\n${details.join("\n")}`,
    "Fix the application, or redeploy a tag that works",
  );
}
