import { expect, test } from "vitest";
import { appNames, catalog } from "../../../apps/catalog.ts";
import { UserError } from "../../../contract/user-error.ts";
import { memoryFiles } from "../../core/memory-files.ts";
import { simulatedMachine } from "../../simulation/simulated-machine.ts";
import { currentInputs } from "../../proofs/current-inputs.ts";
import { plan } from "../../stages/plan.ts";
import { pushOf } from "./bench-release.ts";
import { benchProject, runOnce, timesOfRun } from "./one-run.ts";

const owner = "127.0.0.1:5123/ours";
const options = { owner, fresh: true, release: false };

test("publishes to the registry of the bench, serves beside a live stack, and keeps the times", async () => {
  const files = memoryFiles();
  const machine = simulatedMachine({ files });
  await runOnce(options, machine.fx);
  expect([...machine.state.projects.keys()]).toEqual([benchProject.name]);
  expect([...machine.state.containers.keys()]).toEqual([]);
  for (const app of appNames) expect(machine.registry.tags).toContain(`ours/${catalog[app].image}:latest`);
  expect(timesOfRun(".", files).map(([stage]) => stage)).toContain("check, build and integrate");
});

test("publishes a release whose images the plan of the next commit carries", async () => {
  const machine = simulatedMachine();
  await runOnce({ ...options, release: true }, machine.fx);
  const fx = machine.fx.withEnv(pushOf("b".repeat(40)));
  const settings = { DOCKER_USERNAME: owner, DEPLOY_HOST: "", PUBLIC_ORIGIN: "", TRUSTED_PROXIES: "" };
  const trigger = { kind: "push", onMain: true, commit: "b".repeat(40) } as const;
  const { build, carried, integrate } = await plan(trigger, { fresh: false, settings }, currentInputs(fx), fx);
  expect({ build, integrate }).toEqual({ build: [], integrate: false });
  expect(Object.keys(carried).toSorted()).toEqual(appNames.toSorted());
});

test("fails before anything runs where another program uses one of its ports", async () => {
  const taken = simulatedMachine({ port: () => "taken" });
  await expect(runOnce(options, taken.fx)).rejects.toThrow(UserError);
});

test("a work tree in which no run ended has no times", () => expect(timesOfRun(".", memoryFiles())).toEqual([]));
