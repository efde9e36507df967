import { expect, test } from "vitest";
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { eventOf } from "../../workflows-src/simulator/event.ts";
import { readWorkflow } from "../../workflows-src/simulator/workflow.ts";
import { disk } from "../core/files.ts";
import { planJob, plannedOutputs } from "./planned-outputs.ts";

const push = eventOf("push", {});
const [app, ...others] = appNames as readonly [AppName, ...AppName[]];

test("a template of one application: it is built, and the others are carried", async () => {
  const { outputs } = await plannedOutputs(push, [`apps/${catalog[app].image}/templates/base.html`], false);
  expect(outputs).toMatchObject({ build: JSON.stringify([app]), integrate: "true", publish: "true", deploy: "true" });
  expect(Object.keys(JSON.parse(outputs["carried"] ?? "{}") as object).toSorted()).toEqual(others.toSorted());
});

test("documentation alone: every image is carried, and nothing is tested again", async () => {
  const { outputs } = await plannedOutputs(push, ["docs/architecture.md"], false);
  expect(outputs).toMatchObject({ build: "[]", integrate: "false", publish: "true" });
});

test("the package that all applications share: every application is built", async () => {
  const { outputs } = await plannedOutputs(push, ["apps/appkit/appkit/health.py"], false);
  expect(outputs).toMatchObject({ build: JSON.stringify(appNames), carried: "{}" });
});

test("a run that believes nothing builds every application, whatever changed", async () => {
  const { outputs } = await plannedOutputs(eventOf("schedule", {}), ["docs/architecture.md"], true);
  expect(outputs).toMatchObject({ build: JSON.stringify(appNames), publish: "false" });
});

test("a pull request publishes nothing", async () => {
  const { outputs } = await plannedOutputs(eventOf("pull_request", {}), ["docs/architecture.md"], false);
  expect(outputs).toMatchObject({ publish: "false", deploy: "false" });
});

test.each([
  ["ci-cd", { id: "plan", fresh: false }],
  ["weekly", { id: "plan", fresh: true }],
  ["redeploy", undefined],
])("the plan job of %s", (name, expected) =>
  expect(planJob(readWorkflow(disk.read(`.github/workflows/${name}.yml`)))).toEqual(expected),
);
