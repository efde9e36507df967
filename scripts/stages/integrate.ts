/** The images that were built, together, through the proxy: asked by tests in their network, and disturbed from outside. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AppName, catalog } from "../../apps/catalog.ts";
import { annotateFailures } from "../reports/annotations.ts";
import type { Digests } from "../../contract/digests.ts";
import { artifactPath } from "../../contract/codecs.ts";
import { compose, testProject } from "../docker/compose.ts";
import { docker } from "../docker/docker.ts";
import { tests } from "../core/programs.ts";
import { hardeningFindings } from "../chaos/hardening.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import { type Env, runScenarios, runningIds } from "../chaos/scenarios.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { tail } from "../core/format.ts";
import { type TestCase, reportsBelow, tally, verdictLine } from "../reports/junit.ts";
import { withRegistry } from "../docker/registry-container.ts";
import { readLayout } from "../oci/layout.ts";
import { registryClient } from "../oci/registry.ts";
import { releaseEnvironment } from "../../contract/release-environment.ts";
import { usualPorts } from "../../contract/ports.ts";

/** Services of the test stack that are no application's. */
export const ownImages = ["tests", "stripe-double"] as const;
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
      await replicasAreHardened(env, fx);
      await runScenarios(env, fx);
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
        throw new UserError(
          `${app} has no image among the artifacts`,
          `Build it first: npm run stage -- build (APP=${app})`,
        );
      return [app, await registry.push(`${account}/${catalog[app].image}`, await readLayout(layout))] as const;
    }),
  );
  fx.log(`  ✓ ${pushed.length} images in a registry on ${host}`);
  return Object.fromEntries(pushed);
}

async function withTestStack(env: Env, folder: string, fx: Effects, work: () => Promise<void>): Promise<void> {
  const down = compose.down(testProject, { volumes: true });
  const placeholders = { DOCKER_USERNAME: account, ...env };
  try {
    // A run that was killed may have left its stack behind.
    await fx.tryRun(down, { env: placeholders });
    await fx.run(compose.build(testProject, ...ownImages), { env: placeholders, title: "images of the tests" });
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
  const up = await fx.tryRun(compose.up(testProject), { env, title: "test stack" });
  if (up.code !== 0)
    throw new UserError(
      `The test stack did not come up\n${await unhealthy(env, up.stderr, fx)}`,
      `The logs are in ${folder}/compose.log`,
    );
  await fx.tryRun(compose.wait(testProject, "tests"), { env, title: "integration tests through nginx" });
  await fx.tryRun(compose.copyOut(testProject, "tests", "/reports/.", folder), { env });
  const expected = await expectedTests(fx);
  const cases = reportsBelow(folder);
  const findings = judge(cases, expected);
  if (findings.length > 0) {
    annotateFailures(cases, fx);
    const logs = await fx.tryRun(compose.logs(testProject, "tests"), { env });
    throw new UserError(
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
  const listed: unknown = JSON.parse(await fx.output(tests.listIntegration));
  return Array.isArray(listed) ? listed.length : 0;
}

async function unhealthy(env: Env, stderr: string, fx: Effects): Promise<string> {
  const service = /container (?:wmd-test-)?([a-z-]+?)-\d+ (?:is unhealthy|exited)/u.exec(stderr)?.[1];
  const logs = service ? await fx.tryRun(compose.logs(testProject, service), { env }) : undefined;
  return [tail(stderr, 5), ...(logs ? [`The last lines of ${service}:`, tail(logs.stdout, 15)] : [])].join("\n");
}

/** The replicas that answered are those that the engine runs: no fewer, and nobody else. */
async function replicasMatch(env: Env, folder: string, fx: Effects): Promise<void> {
  const seen = JSON.parse(readFileSync(`${folder}/replicas.json`, "utf8")) as Readonly<
    Record<string, readonly string[]>
  >;
  for (const app of Object.keys(catalog) as AppName[]) {
    const running = (await runningIds(app, env, fx)).map((id) => id.slice(0, 12)).toSorted();
    const answered = [...(seen[app] ?? [])].toSorted();
    if (running.join() !== answered.join())
      throw new UserError(
        `${app}: replicas ${answered.join(", ") || "none"} answered, and ${running.join(", ")} run`,
        "A replica that gets no request is not one",
      );
  }
  fx.log("  ✓ every replica that runs has answered");
}

/** Each of them, as it runs: with no root, no capability and nothing to write to. */
async function replicasAreHardened(env: Env, fx: Effects): Promise<void> {
  const findings: string[] = [];
  for (const app of Object.keys(catalog) as AppName[]) {
    const ids = await runningIds(app, env, fx);
    const said = await Promise.all(ids.map((id) => fx.output(docker.hardening(id))));
    if (ids.length === 0) findings.push(`${app}: nothing runs`);
    findings.push(...new Set(said.flatMap(hardeningFindings).map((finding) => `${app} ${finding}`)));
  }
  if (findings.length > 0)
    throw new UserError(
      findings.join("\n"),
      "Look at `hardened` in workflows-src/stack/services.ts, and at USER in its Dockerfile",
    );
  fx.log("  ✓ every replica runs without root, capabilities and a root to write to");
}
