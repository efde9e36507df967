/** Services that did not come up: their failed tasks, and the error that names them. */
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { swarm } from "../docker/swarm.ts";
import { type Failure, type TaskState, failedTasks } from "./rollout-state.ts";

type Env = Readonly<Record<string, string>>;

/** A service that did not come up, with its tasks that failed, the newest first. */
interface Explained extends Failure {
  readonly tasks: readonly TaskState[];
}

export async function withFailedTasks(failure: Failure, remote: Env, fx: Effects): Promise<Explained> {
  const ids = (await fx.tryRun(swarm.tasks(failure.name), { env: remote })).stdout.split("\n").filter(Boolean);
  // What was forgotten meanwhile is left out, and makes docker end with 1.
  const inspected = ids.length > 0 ? (await fx.tryRun(swarm.inspectTasks(...ids), { env: remote })).stdout : "[]";
  return { ...failure, tasks: failedTasks(JSON.parse(inspected) as readonly TaskState[], failure) };
}

export const formatTask = ({ Slot: slot, Status: { State: state, Err: error } }: TaskState): string =>
  `task ${slot ?? 1} ${state}: ${error ?? "it was unhealthy, or ended by itself"}`;

export const formatFailure = ({ name, why, tasks: [newest] }: Explained): string =>
  [`${name}: ${why}`, ...(newest ? [`  ${formatTask(newest)}`] : [])].join("\n");

/** Red, with what a person would look for next: the service, its task, its last words. */
export async function rolloutError(failures: readonly Explained[], remote: Env, fx: Effects): Promise<UserError> {
  const details = await Promise.all(
    failures.map(async (failure) => {
      const logs = await fx.tryRun(swarm.logs(failure.name), { env: remote });
      const said = tail(logs.stdout + logs.stderr, 10).split("\n");
      return [formatFailure(failure), ...said.map((line) => `  | ${line}`)].join("\n");
    }),
  );
  return new UserError(
    `The release did not come up:\n${details.join("\n")}`,
    "Mend the application, or redeploy a tag that works",
  );
}
