/** The images that were built, together, through the proxy: asked by tests in their network, and disturbed from outside. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AppName, catalog } from "../apps/catalog.ts";
import { annotateFailures } from "./annotate.ts";
import { type Digests, artifactPath } from "./codecs.ts";
import { type Project, compose, docker, tests } from "./commands.ts";
import type { Inputs, Outputs } from "./contracts.ts";
import { type Effects, StageError, tail } from "./effects.ts";
import { type TestCase, reportsBelow, tally, verdictLine } from "./junit.ts";
import { withRegistry } from "./local-registry.ts";
import { readLayout } from "./oci-layout.ts";
import { registryClient } from "./registry.ts";
import { releaseEnvironment, usualPorts } from "./release.ts";

export const testProject: Project = { file: "docker-compose.test.yml" };
/** In the throw-away registry, where nobody else's images lie. */
const account = "wmd";

export async function integrate({ apps, images }: Inputs<"integrate">, fx: Effects): Promise<Outputs<"integrate">> {
  const folder = artifactPath("integration");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tested = await withRegistry(fx, async (host) => {
    const digests = await pushAll(apps, images, host, fx);
    const env = releaseEnvironment(`${host}/${account}`, digests, usualPorts);
    await withTestStack(env, folder, fx, async () => {
      const cases = await throughTheProxy(env, folder, fx);
      await replicasMatch(env, folder, fx);
      await disturbed(env, fx);
      await fx.summary(`### Integration\n\n${verdictLine(tally(cases))}\n`);
    });
    return digests;
  });
  return { tested };
}

async function pushAll(
  apps: readonly AppName[],
  layouts: Readonly<Record<string, string>>,
  host: string,
  fx: Effects,
): Promise<Digests<"tested", AppName>> {
  const registry = registryClient(host);
  const pushed = await Promise.all(
    apps.map(async (app) => {
      const layout = layouts[app];
      if (layout === undefined)
        throw new StageError(
          `${app} has no image among the artifacts`,
          `Build it first: npm run stage -- build (APP=${app})`,
        );
      return [app, await registry.push(`${account}/${catalog[app].image}`, await readLayout(layout))] as const;
    }),
  );
  fx.say(`  ✓ ${pushed.length} images in a registry on ${host}`);
  return Object.fromEntries(pushed);
}

type Env = Readonly<Record<string, string>>;

async function withTestStack(env: Env, folder: string, fx: Effects, work: () => Promise<void>): Promise<void> {
  const down = compose.down(testProject, { volumes: true });
  const placeholders = { DOCKER_USERNAME: account, ...env };
  try {
    // A run that was killed may have left its stack behind.
    await fx.attempt(down, { env: placeholders });
    await fx.run(compose.build(testProject, "tests"), { env: placeholders, title: "image of the tests" });
    await work();
  } catch (failure) {
    const logs = await fx.cleanUp(compose.logs(testProject), { env: placeholders });
    writeFileSync(`${folder}/compose.log`, logs.stdout);
    throw failure;
  } finally {
    await fx.cleanUp(down, { env: placeholders });
  }
}

/** The verdict is the report that the tests write last, with every test that there should be: compose's exit code alone says little. */
async function throughTheProxy(env: Env, folder: string, fx: Effects): Promise<readonly TestCase[]> {
  const up = await fx.attemptShown(compose.up(testProject), { env, title: "test stack" });
  if (up.code !== 0)
    throw new StageError(
      `The test stack did not come up\n${await unhealthy(env, up.stderr, fx)}`,
      `The logs are in ${folder}/compose.log`,
    );
  await fx.attemptShown(compose.wait(testProject, "tests"), { env, title: "integration tests through nginx" });
  await fx.attempt(compose.copyOut(testProject, "tests", "/reports/.", folder), { env });
  const expected = await expectedTests(fx);
  const cases = reportsBelow(folder);
  const findings = judge(cases, expected);
  if (findings.length > 0) {
    annotateFailures(cases, fx);
    const logs = await fx.attempt(compose.logs(testProject, "tests"), { env });
    throw new StageError(
      `Integration: ${findings.join("; ")}\n${cases.length === 0 ? tail(logs.stdout, 20) : ""}`,
      `The report and the logs are in ${folder}`,
    );
  }
  return cases;
}

/** Pure: what is wrong with a report, beside what it should hold. */
export function judge(cases: readonly TestCase[], expected: number): readonly string[] {
  const { passed, failed, skipped } = tally(cases);
  return [
    ...(cases.length === 0 ? [`no report: the tests ended before they wrote it (${expected} were expected)`] : []),
    ...(failed > 0 ? [`${failed} of ${expected} tests failed`] : []),
    ...(skipped > 0 ? [`${skipped} tests were skipped`] : []),
    ...(cases.length > 0 && failed === 0 && passed + skipped !== expected
      ? [`the report holds ${passed + skipped} tests, and ${expected} were expected`]
      : []),
  ];
}

async function expectedTests(fx: Effects): Promise<number> {
  const listed: unknown = JSON.parse(await fx.capture(tests.listIntegration));
  return Array.isArray(listed) ? listed.length : 0;
}

async function unhealthy(env: Env, stderr: string, fx: Effects): Promise<string> {
  const service = /container (?:wmd-test-)?([a-z-]+?)-\d+ (?:is unhealthy|exited)/u.exec(stderr)?.[1];
  const logs = service ? await fx.attempt(compose.logs(testProject, service), { env }) : undefined;
  return [tail(stderr, 5), ...(logs ? [`The last lines of ${service}:`, tail(logs.stdout, 15)] : [])].join("\n");
}

/** The replicas that answered are those that the engine runs: no fewer, and nobody else. */
async function replicasMatch(env: Env, folder: string, fx: Effects): Promise<void> {
  const seen = JSON.parse(readFileSync(`${folder}/replicas.json`, "utf8")) as Readonly<
    Record<string, readonly string[]>
  >;
  for (const app of Object.keys(catalog) as AppName[]) {
    const running = (await fx.capture(compose.ids(testProject, app), { env }))
      .split("\n")
      .filter(Boolean)
      .map((id) => id.slice(0, 12))
      .toSorted();
    const answered = [...(seen[app] ?? [])].toSorted();
    if (running.join() !== answered.join())
      throw new StageError(
        `${app}: replicas ${answered.join(", ") || "none"} answered, and ${running.join(", ")} run`,
        "A replica that gets no request is not one",
      );
  }
  fx.say("  ✓ every replica that runs has answered");
}

/** What `tests/integration/watch.ts` says at its end: it asked every door all the time. */
export interface Watched {
  readonly requests: number;
  /** An answer of one application at the door of another. */
  readonly wrong: readonly { readonly url: string; readonly expected: string; readonly got: string }[];
  /** The proxy itself did not answer, or an application failed: that nobody was there (502, 504) is no failure. */
  readonly unexpected: readonly { readonly url: string; readonly status: string }[];
  /** Doors whose last answer was not their application's. */
  readonly down: readonly string[];
}

const leastRequests = 200;
/** Seconds that the watcher gets to see every door answer again: a little more than it takes at most. */
const patienceAfterwards = 120;

export const judgeWatch = ({ requests, wrong, unexpected, down }: Watched): readonly string[] => [
  ...(requests >= leastRequests
    ? []
    : [`only ${requests} requests were made; at least ${leastRequests} say something`]),
  ...wrong.slice(0, 5).map(({ url, expected, got }) => `${url} of ${expected} was answered by ${got}`),
  ...unexpected.slice(0, 5).map(({ url, status }) => `${url} gave ${status}, which nobody's absence explains`),
  ...down.map((url) => `${url} does not answer again`),
];

/** Services swap their addresses when they stop and start in another order. */
async function disturbed(env: Env, fx: Effects): Promise<void> {
  const watcher = `wmd-test-watch-${process.pid}`;
  const [first, second, ...others] = Object.keys(catalog) as [AppName, AppName, ...AppName[]];
  const rounds = [
    { stop: [first, second], start: [second, first] },
    { stop: [second, ...others], start: [...others.toReversed(), second] },
  ];
  try {
    await fx.capture(compose.runBeside(testProject, "tests", watcher, "node", "tests/integration/watch.ts"), { env });
    for (const { stop, start } of rounds) {
      await fx.run(compose.stop(testProject, ...stop), { env, title: `stop ${stop.join(", ")}` });
      for (const app of start) await fx.run(compose.start(testProject, app), { env, title: `start ${app}` });
    }
    await fx.run(docker.stop(watcher, patienceAfterwards), {
      title: "every application answers again, and never another's",
    });
    const output = await fx.capture(docker.output(watcher));
    const findings = judgeWatch(JSON.parse(output.trim().split("\n").at(-1) ?? "") as Watched);
    if (findings.length > 0)
      throw new StageError(
        `While services were stopped and started:\n${findings.join("\n")}`,
        "Look at nginx.conf and at the networks of the compose file",
      );
  } finally {
    await fx.cleanUp(docker.remove(watcher));
  }
}
