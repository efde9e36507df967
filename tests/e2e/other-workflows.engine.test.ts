/** Executes the workflows that no push starts: the weekly one, and one that calls another. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { artifactName } from "../../contract/codecs.ts";
import { inputsOf } from "../../contract/inputs.ts";
import { createEffects } from "../../scripts/core/effects.ts";
import { example as callable } from "../../workflows-src/examples/callable.ts";
import { example as caller } from "../../workflows-src/examples/caller.ts";
import { print } from "../../workflows-src/language/print.ts";
import { type Run, resultsOf } from "./act-log.ts";
import { type Runner, startRunner } from "./runner.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });

let runner: Runner;
beforeAll(async () => {
  runner = await startRunner(fx, process.env);
});
afterAll(() => runner?.stop());

describe("the weekly workflow, with a stand-in for each stage but plan", () => {
  const account = "example";
  const run = (): Promise<Run> =>
    runner.act("schedule", { workflow: "weekly.yml", variables: { DOCKER_USERNAME: account }, secrets: {} });
  const success = (...jobs: readonly string[]) => jobs.map((job) => `${job} success`);
  const builds = appNames.map((app) => `build ${app}`);

  beforeAll(async () => {
    const { scripts, ...rest } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: object };
    const stage = "node tests/e2e/stage-stand-in.mjs stage";
    await runner.commit("package.json", JSON.stringify({ ...rest, scripts: { ...scripts, stage } }));
  });

  test("builds every application, and tests all images together", async () => {
    const ended = await run();
    expect.soft(ended.code, ended.failure).toBe(0);
    expect(resultsOf(ended)).toEqual(success("plan ", "check ", ...builds, "integrate ", "gate ").toSorted());
    const calls = stageCalls(ended);
    const called = (stage: string) => calls.filter((call) => call.stage === stage);
    expect(called("check").length).toBe(1);
    expect(
      called("build")
        .map(({ env }) => inputsOf("build", env, () => []).app)
        .toSorted(),
    ).toEqual(appNames.toSorted());
    const [integrate, ...more] = called("integrate");
    expect(more).toEqual([]);
    expect(inputsOf("integrate", integrate!.env, () => integrate!.images)).toEqual({
      carried: {},
      changed: appNames,
      images: Object.fromEntries(appNames.map((app) => [app, `.pipeline/oci/${artifactName("oci", app)}`])),
      settings: { DOCKER_USERNAME: account },
    });
  });

  test("fails when one application fails, and tests nothing together", async () => {
    await runner.commit("failing-stages", `build/${appNames[0]}\n`);
    const ended = await run();
    expect(ended.code).not.toBe(0);
    // act shows a leg that ended later than the failed one as failed, too: the calls show that each leg ran.
    expect(resultsOf(ended).filter((line) => !line.startsWith("build "))).toEqual(
      [...success("plan ", "check "), "integrate  skipped", "gate  failure"].toSorted(),
    );
    expect(
      stageCalls(ended)
        .map(({ stage, env }) => env["APP"] ?? stage)
        .toSorted(),
    ).toEqual(["check", ...appNames].toSorted());
  });
});

/** What a stand-in printed about the stage that it stands for. */
interface StageCall {
  readonly stage: string;
  readonly env: Readonly<Record<string, string>>;
  /** The entries of the folder of images. */
  readonly images: readonly string[];
}

const stageCalls = ({ log }: Run): readonly StageCall[] =>
  [...log.matchAll(/ \| stand-in (\{.*\})$/gmu)].map(([, json]) => JSON.parse(json ?? "") as StageCall);

test("a called workflow gets the inputs and the secret of its caller, and returns its output", async () => {
  const token = "a-token-that-no-log-shows";
  for (const spec of [callable, caller]) await runner.commit(`.github/workflows/${spec.name}.yml`, print(spec));
  const commit = await runner.commit(
    "pack.sh",
    '#!/bin/sh\necho "token: $TOKEN"\necho "file=$VERSION $MINIFIED $(printf %s "$TOKEN" | tr a-z A-Z)" >> "$GITHUB_OUTPUT"\n',
  );
  const ended = await runner.act("push", {
    workflow: `${caller.name}.yml`,
    variables: {},
    secrets: { GITHUB_TOKEN: token },
  });
  expect.soft(ended.code, ended.failure).toBe(0);
  expect(resultsOf(ended)).toEqual(["inspect  success", "pack  success"]);
  const lines = ended.log.split("\n");
  expect(lines).toContain("pack | token: ***");
  expect(lines).toContain(`inspect | ${commit} true ${token.toUpperCase()}`);
  expect(ended.log).not.toContain(token);
});
