import { existsSync, readdirSync } from "node:fs";
import { type StageName, stageNames } from "../../contract/contracts.ts";
import { inputsOf } from "../../contract/inputs.ts";
import { trigger } from "../../contract/trigger.ts";
import type { Effects } from "../core/effects.ts";
import { withRunLock } from "../core/run-lock.ts";
import { builderFor } from "../docker/buildx.ts";
import type { Prepared } from "../engine/prepare-engine.ts";
import type { CurrentInputs } from "../proofs/current-inputs.ts";
import { command, oneOf } from "./definition/command.ts";
import { proving } from "./stage-prover.ts";

export const stage = command({
  summary: "run one stage of the pipeline, as the workflow does",
  details: "The inputs of the stage are read from the environment; docs/pipeline.md lists them.",
  argument: oneOf("stage", stageNames),
  async run({ argument: name }, fx) {
    for (const [key, value] of Object.entries(await outputsOf(name, fx)))
      fx.setOutput(key, typeof value === "string" ? value : JSON.stringify(value));
  },
});

/** Each stage is loaded when it runs: the modules of all of them take longer to load than some stages to run. */
async function outputsOf(name: StageName, fx: Effects): Promise<object> {
  const { env } = fx;
  switch (name) {
    case "plan": {
      const { plan } = await import("../stages/plan.ts");
      return plan(trigger(env), inputsOf(name, env, entriesOf), await inputsHere(fx), fx);
    }
    case "check": {
      const { check } = await import("../stages/check.ts");
      const inputs = inputsOf(name, env, entriesOf);
      return proving("check", fx, (prover) => check(inputs, prover, fx));
    }
    case "build": {
      const { baseOf, build } = await import("../stages/build.ts");
      const inputs = inputsOf(name, env, entriesOf);
      return withEngine(fx, async ({ engine, onEngine }) => {
        const builder = await builderFor(engine, onEngine);
        const base = baseOf(builder, onEngine);
        return proving(inputs.app, onEngine, (prover) => build(inputs, { builder, prover, base }, onEngine));
      });
    }
    case "integrate": {
      const { integrate } = await import("../stages/integrate.ts");
      const inputs = inputsOf(name, env, entriesOf);
      return withEngine(fx, async ({ onEngine }) =>
        proving("integration", onEngine, async (prover) =>
          integrate(inputs, { prover, current: await inputsHere(onEngine) }, onEngine),
        ),
      );
    }
    case "publish": {
      const { publish } = await import("../stages/publish.ts");
      return publish(inputsOf(name, env, entriesOf), await inputsHere(fx), fx);
    }
    case "deploy": {
      const { deploy } = await import("../stages/deploy.ts");
      const inputs = inputsOf(name, env, entriesOf);
      return withRunLock(fx, () => deploy(inputs, fx));
    }
    case "redeploy": {
      const { redeploy } = await import("../stages/redeploy.ts");
      const inputs = inputsOf(name, env, entriesOf);
      return withRunLock(fx, () => redeploy(inputs, fx));
    }
  }
}

/** The work of a stage that uses this machine's engine. */
async function withEngine<T>(fx: Effects, work: (prepared: Prepared) => Promise<T>): Promise<T> {
  const { prepareEngine } = await import("../engine/prepare-engine.ts");
  const { runOnEngine } = await import("./run-on-engine.ts");
  return runOnEngine(fx, async () => work(await prepareEngine({ engine: true }, fx)));
}

/** The inputs of each piece of work in the files as they are. */
async function inputsHere(fx: Effects): Promise<CurrentInputs> {
  const { currentInputs } = await import("../proofs/current-inputs.ts");
  return currentInputs(fx);
}

const entriesOf = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
