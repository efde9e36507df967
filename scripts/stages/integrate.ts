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
import { startTestStack, withTestStack } from "../integration/test-stack.ts";
import { readLayout } from "../oci/layout.ts";
import { registryOf } from "../oci/registry.ts";
import { tally, verdictLine } from "../reports/junit.ts";

const pushesAtOnce = 5;

export async function integrate({ apps, images }: Inputs<"integrate">, fx: Effects): Promise<Outputs<"integrate">> {
  const folder = artifactPath("integration");
  fx.files.remove(folder);
  fx.files.makeFolder(folder);
  const tested = await withRegistry(fx, async (host) => {
    const digests = await pushAll(apps, images, host, fx);
    const released = fx.withEnv(releaseEnvironment(`${host}/${account}`, digests, usualPorts));
    await withTestStack(folder, released, async () => {
      await startTestStack(folder, released);
      const cases = await runProxyTests(folder, released);
      await replicasMatch(folder, released);
      await replicasAreHardened(released);
      await runScenarios(released);
      await fx.summary(`### Integration\n\n${verdictLine(tally(cases))}\n`);
    });
    return digests;
  });
  return { tested };
}

/** Pushes every image to the temporary registry, and returns the digests that it holds. */
async function pushAll(
  apps: readonly AppName[],
  layouts: Readonly<Record<string, string>>,
  host: string,
  fx: Effects,
): Promise<Digests<"tested", AppName>> {
  const registry = registryOf(host, fx);
  const pushed = await pool(pushesAtOnce, apps, async (app) => {
    const layout = layouts[app];
    if (layout === undefined)
      throw new UserError(
        `${app} has no image among the artifacts`,
        `Build it first: APP=${app} npm run stage -- build`,
      );
    const digest = await registry.push(`${account}/${catalog[app].image}`, await readLayout(layout, fx.files));
    return [app, digest] as const;
  });
  fx.log(`  ✓ ${pushed.length} images in a registry on ${host}`);
  return Object.fromEntries(pushed);
}
