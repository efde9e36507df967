import { existsSync, readFileSync, readdirSync } from "node:fs";
import { type StageName, stageNames } from "../../contract/contracts.ts";
import { inputsOf } from "../../contract/inputs.ts";
import { trigger } from "../../contract/trigger.ts";
import type { Effects } from "../core/effects.ts";
import { withRunLock } from "../core/run-lock.ts";
import { builderFor } from "../docker/buildx.ts";
import { type Prepared, prepareEngine } from "../engine/prepare-engine.ts";
import { baseOf, build } from "../stages/build.ts";
import { check } from "../stages/check.ts";
import { deploy } from "../stages/deploy.ts";
import { integrate } from "../stages/integrate.ts";
import { plan } from "../stages/plan.ts";
import { publish } from "../stages/publish.ts";
import { redeploy } from "../stages/redeploy.ts";
import { command, oneOf } from "./definition/command.ts";
import { stageProver } from "./stage-prover.ts";
import { runOnEngine } from "./run-on-engine.ts";

export const stage = command({
  summary: "run one stage of the pipeline, as the workflow does",
  details: "The inputs of the stage are read from the environment; docs/pipeline.md lists them.",
  argument: oneOf("stage", stageNames),
  async run({ argument: name }, fx) {
    for (const [key, value] of Object.entries(await outputsOf(name, fx)))
      fx.setOutput(key, typeof value === "string" ? value : JSON.stringify(value));
  },
});

async function outputsOf(name: StageName, fx: Effects): Promise<object> {
  const { env } = fx;
  switch (name) {
    case "plan":
      return plan(
        trigger(env, (path) => readFileSync(path, "utf8")),
        inputsOf(name, env, entriesOf),
        fx,
      );
    case "check":
      return check(inputsOf(name, env, entriesOf), await stageProver("check", fx), fx);
    case "build": {
      const inputs = inputsOf(name, env, entriesOf);
      return withEngine(fx, async ({ engine, onEngine }) => {
        const builder = await builderFor(engine, onEngine);
        const prover = await stageProver(inputs.app, onEngine);
        return build(inputs, { builder, prover, base: baseOf(builder, onEngine) }, onEngine);
      });
    }
    case "integrate": {
      const inputs = inputsOf(name, env, entriesOf);
      return withEngine(fx, async ({ onEngine }) =>
        integrate(inputs, await stageProver("integration", onEngine), onEngine),
      );
    }
    case "publish":
      return publish(inputsOf(name, env, entriesOf), fx);
    case "deploy": {
      const inputs = inputsOf(name, env, entriesOf);
      return withRunLock(fx, () => deploy(inputs, fx));
    }
    case "redeploy": {
      const inputs = inputsOf(name, env, entriesOf);
      return withRunLock(fx, () => redeploy(inputs, fx));
    }
  }
}

/** The work of a stage that uses this machine's engine. */
const withEngine = <T>(fx: Effects, work: (prepared: Prepared) => Promise<T>): Promise<T> =>
  runOnEngine(fx, async () => work(await prepareEngine({ engine: true }, fx)));

const entriesOf = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
