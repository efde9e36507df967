/** Our own pipeline, in a clone of its own. */
import type { Environment } from "../../../contract/inputs.ts";
import { UserError } from "../../../contract/user-error.ts";
import { placeholders } from "../../docker/compose.ts";
import type { Command } from "../../core/command.ts";
import { git } from "../../core/git.ts";
import { waitUntil } from "../../core/wait-until.ts";
import { sharedRunLock } from "../../core/run-lock.ts";
import { pushOf } from "./bench-release.ts";
import { steps } from "./compose-project.ts";
import { type Contender, type Setting, contenderDefaults, treesFolder } from "./contender.ts";
import { benchProject, timesOfRun } from "./one-run.ts";
import type { ScenarioName } from "./scenarios.ts";

const root = `${treesFolder}/ours`;
const inClone = { cwd: root };

const commit: Command = [
  ...(["git", "-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false"] as const),
  ...(["commit", "--quiet", "--allow-empty", "--message", "bench"] as const),
];

/** As `npm` starts it, and the compiler alone without npm. */
const commands = {
  pipeline: (owner: string, ...options: readonly string[]): Command => [
    ...(["npm", "run", "--silent", "bench", "--", "pipeline", "--owner", owner] as const),
    ...options,
  ],
  plan: ["npm", "run", "--silent", "stage", "--", "plan"],
  compile: ["node", "scripts/bootstrap.mjs", "synth", "--check"],
} as const;

const runnerFiles = {
  GITHUB_OUTPUT: ".pipeline/bench-output",
  GITHUB_STEP_SUMMARY: ".pipeline/bench-summary",
} as const;

const healthTimeoutMs = 120_000;

/** A health check that was paused counts as failed until the next one. */
async function waitUntilHealthy(fx: Setting["onEngine"]): Promise<void> {
  const probe = async () => ((await fx.output(steps.unhealthy(benchProject))).trim() === "" ? true : undefined);
  const onTimeout = () =>
    new UserError(
      `A container of ${benchProject.name} is unhealthy after its pause`,
      `docker compose -p ${benchProject.name} ps`,
    );
  await waitUntil(probe, { timeoutMs: healthTimeoutMs, intervalMs: 500, onTimeout }, fx);
}

export function ours({ sources, host, fx, onEngine }: Setting): Contender {
  const owner = `${host}/ours`;
  let serves = false;
  let onGitHub: Environment = {};

  async function changed(): Promise<void> {
    await fx.output(["git", "add", "--all"], inClone);
    await fx.output(commit, inClone);
    for (const file of Object.values(runnerFiles)) fx.files.write(`${root}/${file}`, "");
    const head = (await fx.output(git.head, inClone)).trim();
    onGitHub = { ...runnerFiles, ...pushOf(head), DOCKER_USERNAME: owner, DEPLOY_HOST: "" };
  }

  async function runPlan(): Promise<void> {
    await onEngine.withEnv(onGitHub).run(commands.plan, { ...inClone, title: "plan" });
    const [outputs, summary] = [runnerFiles.GITHUB_OUTPUT, runnerFiles.GITHUB_STEP_SUMMARY].map((file) =>
      fx.files.read(`${root}/${file}`),
    );
    if (!/^build<<.+\n\[\]$/mu.test(outputs ?? ""))
      throw new UserError(
        `The plan does not carry every application although only documentation changed\n${summary}`,
        "Read its reasons above",
      );
  }

  const runPipeline = async (...options: readonly string[]): Promise<void> => {
    await fx.run(commands.pipeline(owner, ...options), { ...inClone, env: sharedRunLock(), title: "npm start" });
    serves = true;
  };

  return {
    ...contenderDefaults,
    root,
    owner,
    async setUp() {
      fx.files.writeTree(root, sources);
      await fx.output(["git", "init", "--quiet"], inClone);
      await changed();
      // The first command of a clone installs the packages, which belongs to no scenario.
      await fx.run(commands.compile, { ...inClone, title: "npm packages" });
    },
    changed,
    async reset() {
      serves = false;
      await onEngine.output(steps.down(benchProject), { env: placeholders });
    },
    beginsComplete: (scenario) => scenario === "unchanged" || scenario === "template",
    async prepare(scenario) {
      if (scenario === "documentation") await runPipeline("--release");
    },
    async work(scenario: ScenarioName) {
      switch (scenario) {
        case "cold":
          return runPipeline("--fresh");
        case "unchanged":
        case "template":
          return runPipeline();
        case "documentation":
          return runPlan();
        case "compile":
          return fx.run(commands.compile, { ...inClone, title: "synth" });
      }
    },
    completes: (scenario) => scenario === "cold" || scenario === "unchanged" || scenario === "template",
    async pause() {
      if (serves) await onEngine.output(steps.pause(benchProject), { env: placeholders });
    },
    async resume() {
      if (!serves) return;
      await onEngine.output(steps.unpause(benchProject), { env: placeholders });
      await waitUntilHealthy(onEngine);
    },
    stageTimes: () => timesOfRun(root, fx.files),
    async cleanUp() {
      await onEngine.cleanUp(steps.unpause(benchProject), { env: placeholders });
      await onEngine.cleanUp(steps.down(benchProject), { env: placeholders });
    },
  };
}
