/** The commands that a run would execute: the real code on a simulated machine. */
import type { Effects } from "../core/effects.ts";
import { git } from "../core/git.ts";
import { simulatedMachine } from "../simulation/simulated-machine.ts";
import type { Handler } from "../simulation/state.ts";
import { traceLines, withoutRunValues } from "./command-log.ts";

/**
 * Shows every command that the work would run, in its order. Values that only a real run can know are shown as `…`.
 * @param work is given effects that change nothing
 */
export async function dryRun(
  work: (fx: Effects) => Promise<unknown>,
  fx: Effects,
  show = (line: string): void => fx.log(line),
): Promise<void> {
  const commits = await observeCommits(fx);
  await work(
    simulatedMachine({
      env: fx.env,
      override: commits,
      trace: traceLines((line) => show(withoutRunValues(line, process.pid))),
    }).fx,
  );
}

/** The answers of git are those of this machine: git only reads. */
async function observeCommits(fx: Effects): Promise<Handler> {
  const answers = new Map(
    await Promise.all(
      [git.head, git.status].map(async (command) => [command.join(" "), await fx.tryRun(command)] as const),
    ),
  );
  return (command) => answers.get(command.join(" "));
}
