/** Waits until a rollout is done or has failed. */
import { stackName } from "../../contract/names.ts";
import type { Effects } from "../core/effects.ts";
import { formatTask, withFailedTasks } from "./failures.ts";
import { type Before, type Rollout, rollout } from "./rollout-state.ts";
import { services } from "./services.ts";

/** Longer than the longest rollout: five replicas one after another, each with its start and swarm's monitoring of it. */
const timeoutMs = 5 * 60_000;
const intervalMs = 1000;
/** After so many milliseconds the failed tasks of the services that are waited for are shown. */
const explainEveryMs = 15_000;

type Finished = Exclude<Rollout, { kind: "rolling" }>;

/** @param before when each service was last updated before this rollout */
export async function waitForRollout(before: Before, fx: Effects): Promise<Finished> {
  const deadline = fx.now() + timeoutMs;
  let [shown, explained] = ["", fx.now()];
  for (;;) {
    fx.throwIfCancelled();
    const { states, lines } = await services(fx);
    const state = rollout(states, lines, before);
    if (state.kind !== "rolling") return state;
    if (fx.now() >= deadline)
      return { kind: "failed", services: state.waitingFor.map((name) => ({ name, why: "did not come up in time" })) };
    const waiting = state.waitingFor.map((name) => name.slice(stackName.length + 1)).join(", ");
    if (waiting !== shown) fx.log(`  ⋯ waiting for ${waiting}`);
    shown = waiting;
    if (fx.now() - explained > explainEveryMs) {
      explained = fx.now();
      await showFailedTasks(state.waitingFor, fx);
    }
    await fx.sleep(intervalMs);
  }
}

async function showFailedTasks(names: readonly string[], fx: Effects): Promise<void> {
  for (const name of names) {
    const { tasks } = await withFailedTasks({ name, why: "" }, fx);
    if (tasks[0]) fx.log(`    ${formatTask(tasks[0])}`);
  }
}
