import { existsSync, readdirSync } from "node:fs";
import { type Outputs, type StageName, stageNames } from "../../contract/contracts.ts";
import { inputsOf } from "../../contract/inputs.ts";
import { checkProducts, printedOutputs } from "../../contract/outputs.ts";
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
  run: ({ argument: name }, fx) => runStage(name, fx),
});

async function runStage<S extends StageName>(name: S, fx: Effects): Promise<void> {
  const outputs = printedOutputs(name, await stages[name](fx));
  checkProducts(name, entriesOf);
  for (const [key, text] of Object.entries(outputs)) fx.setOutput(key, text);
}

/**
 * The stages with the types of their contracts, so that no output is lost between a stage and its job. Each is loaded when it
 * runs: the modules of all of them take longer to load than some stages to run.
 */
const stages: { readonly [S in StageName]: (fx: Effects) => Promise<Outputs<S>> } = {
  async plan(fx) {
    const { plan } = await import("../stages/plan.ts");
    return plan(trigger(fx.env), inputsOf("plan", fx.env, entriesOf), await inputsHere(fx), fx);
  },
  async check(fx) {
    const { check } = await import("../stages/check.ts");
    const inputs = inputsOf("check", fx.env, entriesOf);
    return proving("check", fx, (prover) => check(inputs, prover, fx));
  },
  async build(fx) {
    const { baseOf, build } = await import("../stages/build.ts");
    const inputs = inputsOf("build", fx.env, entriesOf);
    return withEngine(fx, async ({ engine, onEngine }) => {
      const builder = await builderFor(engine, onEngine);
      const base = baseOf(builder, onEngine);
      return proving(inputs.app, onEngine, (prover) => build(inputs, { builder, prover, base }, onEngine));
    });
  },
  async integrate(fx) {
    const { integrate } = await import("../stages/integrate.ts");
    const inputs = inputsOf("integrate", fx.env, entriesOf);
    return withEngine(fx, async ({ onEngine }) =>
      proving("integration", onEngine, async (prover) =>
        integrate(inputs, { prover, current: await inputsHere(onEngine) }, onEngine),
      ),
    );
  },
  async publish(fx) {
    const { publish } = await import("../stages/publish.ts");
    return publish(inputsOf("publish", fx.env, entriesOf), await inputsHere(fx), fx);
  },
  async deploy(fx) {
    const { deploy } = await import("../stages/deploy.ts");
    const inputs = inputsOf("deploy", fx.env, entriesOf);
    return withRunLock(fx, () => deploy(inputs, fx));
  },
  async redeploy(fx) {
    const { redeploy } = await import("../stages/redeploy.ts");
    const inputs = inputsOf("redeploy", fx.env, entriesOf);
    return withRunLock(fx, () => redeploy(inputs, fx));
  },
};

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
