/** Tests the built images together: through nginx from inside their network, and under chaos scenarios from outside. */
import { type AppName, catalog } from "../../apps/catalog.ts";
import { artifactPath } from "../../contract/codecs.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import type { Digests } from "../../contract/digests.ts";
import { stackName as account } from "../../contract/names.ts";
import { usualPorts } from "../../contract/ports.ts";
import { releaseEnvironment } from "../../contract/release-environment.ts";
import { UserError } from "../../contract/user-error.ts";
import { runScenarios } from "../chaos/scenarios.ts";
import type { Effects } from "../core/effects.ts";
import { pool } from "../core/pool.ts";
import { withRegistry } from "../docker/registry-container.ts";
import { runProxyTests } from "../integration/proxy-tests.ts";
import { replicasAreHardened, replicasMatch } from "../integration/replicas.ts";
import { withTestStack } from "../integration/test-stack.ts";
import { type Layout, readLayout } from "../oci/layout.ts";
import { registryOf } from "../oci/registry.ts";
import type { Prover } from "../proofs/prover.ts";
import { integrationInputs } from "../proofs/work-inputs.ts";
import { type Tally, tally, verdictLine } from "../reports/junit.ts";

const pushesAtOnce = 5;

export async function integrate(
  { apps, images }: Inputs<"integrate">,
  prover: Prover,
  fx: Effects,
): Promise<Outputs<"integrate">> {
  const layouts = await pool(pushesAtOnce, apps, async (app) => [app, await layoutOf(app, images[app], fx)] as const);
  const built = Object.fromEntries(layouts.map(([app, { digest }]) => [app, digest]));
  const { tested } = await prover.prove({
    work: "integration",
    inputs: integrationInputs(built, fx.files.read),
    recall: async ({ passed }) => ({ tested: built, tests: { passed, failed: 0, skipped: 0 } }),
    run: () => testTogether(layouts, fx),
    verdictOf: ({ tests }) => ({ tests, images: built }),
  });
  return { tested };
}

type Built = readonly (readonly [AppName, Layout])[];

interface Tested {
  readonly tested: Digests<"tested", AppName>;
  readonly tests: Tally;
}

async function testTogether(layouts: Built, fx: Effects): Promise<Tested> {
  const folder = artifactPath("integration");
  fx.files.remove(folder);
  fx.files.makeFolder(folder);
  return withRegistry(fx, async (host) => {
    const tested = await pushAll(layouts, host, fx);
    const released = fx.withEnv(releaseEnvironment(`${host}/${account}`, tested, usualPorts));
    const stack = { folder, changed: layouts.map(([app]) => app) };
    const tests = await withTestStack(stack, released, async (inStack) => {
      // The tests are running meanwhile.
      await replicasAreHardened(inStack);
      const cases = await runProxyTests(stack, inStack);
      await replicasMatch(folder, inStack);
      await runScenarios(stack.changed, inStack);
      return tally(cases);
    });
    await fx.summary(`### Integration\n\n${verdictLine(tests)}\n`);
    return { tested, tests };
  });
}

async function layoutOf(app: AppName, folder: string | undefined, fx: Effects): Promise<Layout> {
  if (folder === undefined)
    throw new UserError(`${app} has no image among the artifacts`, `Build it first: APP=${app} npm run stage -- build`);
  return readLayout(folder, fx.files);
}

/** Pushes every image to the temporary registry, and returns the digests that it holds. */
async function pushAll(layouts: Built, host: string, fx: Effects): Promise<Digests<"tested", AppName>> {
  const registry = registryOf(host, fx);
  const pushed = await pool(
    pushesAtOnce,
    layouts,
    async ([app, layout]) => [app, await registry.push(`${account}/${catalog[app].image}`, layout)] as const,
  );
  fx.log(`  ✓ ${pushed.length} images in a registry on ${host}`);
  return Object.fromEntries(pushed);
}
