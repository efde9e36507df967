/** Tests the built images together: through nginx from inside their network, and under chaos scenarios from outside. */
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { artifactPath } from "../../contract/codecs.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import { type Digest, type Digests, asTested } from "../../contract/digests.ts";
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
import type { CurrentInputs } from "../proofs/current-inputs.ts";
import { type Prover, testsOf } from "../proofs/prover.ts";
import { integrationInputs } from "../proofs/work-inputs.ts";
import { requireReproduction } from "../release/reproduction.ts";
import { type Tally, tally } from "../reports/junit.ts";

const pushesAtOnce = 5;

export async function integrate(
  { carried, changed, images, settings }: Inputs<"integrate">,
  { prover, current }: { readonly prover: Prover; readonly current: CurrentInputs },
  fx: Effects,
): Promise<Outputs<"integrate">> {
  const apps = appNames.filter((app) => carried[app] === undefined);
  const layouts = await pool(pushesAtOnce, apps, async (app) => [app, await layoutOf(app, images[app], fx)] as const);
  const built: Digests<string, AppName> = Object.fromEntries(layouts.map(([app, { digest }]) => [app, digest]));
  await requireReproduction(settings.DOCKER_USERNAME, built, current, fx);
  const all: Digests<string, AppName> = { ...carried, ...built };
  const { tested } = await prover.prove({
    work: "integration",
    inputs: integrationInputs(all as Record<AppName, Digest>, fx.files.read),
    recall: async (proof) => ({ tested: asTested(all), tests: testsOf(proof) }),
    run: (unproven) => {
      const both = changed.filter((app) => unproven.includes(app));
      const release = { layouts, carried: { owner: settings.DOCKER_USERNAME, digests: carried } };
      return testTogether({ ...release, changed: both.length > 0 ? both : changed }, fx);
    },
    verdictOf: ({ tests }) => ({ tests, images: all }),
  });
  return { tested };
}

type Built = readonly (readonly [AppName, Layout])[];

/** Images that an earlier release published: they are pulled from there. */
interface Carried {
  readonly owner: string;
  readonly digests: Digests<"published", AppName>;
}

interface Release {
  readonly layouts: Built;
  readonly carried: Carried;
  /** The applications that are tested in full. */
  readonly changed: readonly AppName[];
}

interface Tested {
  readonly tested: Digests<"tested", AppName>;
  readonly tests: Tally;
}

async function testTogether({ layouts, carried, changed }: Release, fx: Effects): Promise<Tested> {
  const folder = artifactPath("integration");
  fx.files.remove(folder);
  fx.files.makeFolder(folder);
  return withRegistry(fx, async (host) => {
    const pushed = await pushAll(layouts, host, fx);
    const released = fx.withEnv({
      ...releaseEnvironment(carried.owner, carried.digests, usualPorts),
      ...releaseEnvironment(`${host}/${account}`, pushed, usualPorts),
    });
    const stack = { folder, changed };
    const tests = await withTestStack(stack, released, async (inStack) => {
      // The tests are running meanwhile.
      await replicasAreHardened(inStack);
      const cases = await runProxyTests(stack, inStack);
      await replicasMatch(folder, inStack);
      await runScenarios(changed, inStack);
      return tally(cases);
    });
    return { tested: asTested({ ...carried.digests, ...pushed }), tests };
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
