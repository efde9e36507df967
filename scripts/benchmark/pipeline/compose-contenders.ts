/** The contenders that do the steps of the seed's workflow: test the stack, build, push. */
import { appNames } from "../../../apps/catalog.ts";
import { portOf, type Ports } from "../../../contract/ports.ts";
import { releaseEnvironment } from "../../../contract/release-environment.ts";
import { UserError } from "../../../contract/user-error.ts";
import type { Command } from "../../core/command.ts";
import { waitUntil } from "../../core/wait-until.ts";
import { type ComposeProject, steps } from "./compose-project.ts";
import { type Contender, type Setting, contenderDefaults, treesFolder } from "./contender.ts";
import { inSeed, seedTree } from "./seed-tree.ts";

/** The seed as it was, with what had to be mended: scripts/benchmark/seed/README.md. */
export function seed({ sources, host, onEngine }: Setting): Contender {
  const root = `${treesFolder}/seed`;
  const owner = `${host}/seed`;
  const name = "wmd-bench-seed";
  const deployed: ComposeProject = { file: "docker-compose.yml", name };
  const tested: ComposeProject = { file: "docker-compose.test.yml", name };
  const options = { cwd: root, env: { DOCKER_USERNAME: owner } };
  const run = (command: Command, title: string) => onEngine.run(command, { ...options, title });
  return {
    ...contenderDefaults,
    root,
    owner,
    pathOf: inSeed,
    setUp: async () => onEngine.files.writeTree(root, seedTree(sources)),
    reset: async () => void (await onEngine.output(steps.down(tested), options)),
    beginsComplete: (scenario) => scenario !== "cold",
    async work() {
      await run(steps.upUntilTested(tested), "test");
      await run(steps.build(deployed), "build");
      await run(steps.push(deployed), "push");
    },
    completes: () => true,
    cleanUp: () => onEngine.cleanUp(steps.down(tested), options),
  };
}

/**
 * Our recipes and our compose file by the same steps: every application answers, is built and is pushed. Runs no unit test and
 * no browser. It prepares the databases, which the seed does not.
 */
export function sameSteps({ sources, host, onEngine }: Setting): Contender {
  const root = `${treesFolder}/same-steps`;
  const owner = `${host}/same-steps`;
  const ports: Ports = { http: 18_280, base: 19_200 };
  const project: ComposeProject = { file: "docker-compose.yml", name: "wmd-bench-same" };
  const options = { cwd: root, env: releaseEnvironment(owner, {}, ports) };
  const run = (command: Command, title: string) => onEngine.run(command, { ...options, title });
  return {
    ...contenderDefaults,
    root,
    owner,
    setUp: async () => onEngine.files.writeTree(root, sources),
    reset: async () => void (await onEngine.output(steps.down(project), options)),
    beginsComplete: (scenario) => scenario !== "cold",
    async work() {
      await run(steps.up(project), "up");
      for (const app of appNames) await waitForAnswer(`http://127.0.0.1:${portOf(app, ports)}/healthz`, onEngine);
      await run(steps.stop(project), "stop");
      await run(steps.build(project), "build");
      await run(steps.push(project), "push");
    },
    completes: () => true,
    cleanUp: () => onEngine.cleanUp(steps.down(project), options),
  };
}

/** As long as the seed's own test waits. */
const timeoutMs = 180_000;

async function waitForAnswer(url: string, fx: Setting["fx"]): Promise<void> {
  const probe = () => {
    const signal = AbortSignal.any([fx.signal, AbortSignal.timeout(5000)]);
    // As the seed's test does. A server that stops would wait for a connection that stays open.
    return fx.fetch(url, { signal, headers: { connection: "close" } }).then(
      ({ ok }) => (ok ? true : undefined),
      () => undefined,
    );
  };
  const onTimeout = () =>
    new UserError(`${url} does not answer`, "Run the stack and read its logs: docker compose up --build");
  await waitUntil(probe, { timeoutMs, intervalMs: 200, onTimeout }, fx);
}

/** Node without a program: what every command of ours needs at least. */
export const node = ({ fx }: Setting): Contender => ({
  ...contenderDefaults,
  root: `${treesFolder}/node`,
  owner: undefined,
  beginsComplete: () => false,
  work: () => fx.run(["node", "--eval", ""], { title: "node" }),
  completes: () => false,
});
