/** The commands that a run would execute: the real code on a simulated machine. */
import { images } from "../../contract/base-images.ts";
import { artifactRoot } from "../../contract/codecs.ts";
import type { Outcome } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { memoryFiles } from "../core/memory-files.ts";
import { git } from "../core/git.ts";
import { buildx } from "../docker/buildx.ts";
import { docker } from "../docker/docker.ts";
import { swarm } from "../docker/swarm.ts";
import { type Engine, engineInfo, runningEngine } from "../engine/engine.ts";
import { proofFolder } from "../proofs/proof-folder.ts";
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
  const engine = await runningEngine(fx);
  const observed = await observe(engine, fx);
  await work(
    simulatedMachine({
      // The simulated machine has an engine of its own, also where the shell names the one of this project.
      env: engine?.ours ? { ...fx.env, DOCKER_HOST: undefined } : fx.env,
      // What is proven is not proven again by a real run either.
      files: memoryFiles([proofFolder, artifactRoot("oci")]),
      override: observed,
      trace: traceLines((line) => show(withoutRunValues(line, process.pid))),
    }).fx,
  );
}

/**
 * The answers of this machine to commands that only read: the commit, and the engine's kind, where one is running.
 * @throws UserError where an engine is running that cannot be used, as a real run would
 */
async function observe(engine: Engine | undefined, fx: Effects): Promise<Handler> {
  const answers = new Map<string, Outcome>();
  for (const command of [git.head, git.status, git.sources]) answers.set(command.join(" "), await fx.tryRun(command));
  if (engine !== undefined)
    for (const command of [
      engineInfo,
      swarm.state,
      buildx.currentContext,
      docker.serverVersion,
      ...Object.values(images).map(docker.imageDigest),
    ])
      answers.set(command.join(" "), await fx.withEnv(engine.env).tryRun(command));
  return (command) => answers.get(command.join(" "));
}
