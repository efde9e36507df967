/** Rolls a release out onto a swarm. */
import { type Payments, paymentsFrom } from "../../contract/payments.ts";
import { releaseEnvironment } from "../../contract/release-environment.ts";
import { proxyEnvironment } from "../../contract/trusted-proxies.ts";
import type { Effects } from "../core/effects.ts";
import { pool } from "../core/pool.ts";
import { swarm } from "../docker/swarm.ts";
import { type FailedService, formatFailure, rolloutError, withFailedTasks } from "./failures.ts";
import type { Release } from "./release.ts";
import { isEngineFault, updatesOf } from "./rollout-state.ts";
import { createSecrets, removeReplacedSecrets } from "./secrets.ts";
import { services } from "./services.ts";
import { smokeTest } from "./smoke-test.ts";
import { waitForRollout } from "./wait-for-rollout.ts";

/** The number of rollouts of one release when the engine itself fails to start its tasks. */
const MAX_ROLLOUTS = 3;
const inspectionsAtOnce = 4;

/**
 * @param fx reaches the engine of the swarm's manager
 * @throws UserError that names each service which did not come up, when the swarm has rolled back
 */
export async function rollOut(release: Release, fx: Effects): Promise<void> {
  const payments = paymentsFrom(release.payments ?? { PUBLIC_ORIGIN: "" });
  await createSecrets(payments, fx);
  for (let left = MAX_ROLLOUTS; ; left--) {
    const failures = await deployStack(release, payments, fx);
    if (failures.length === 0) break;
    const onlyEngine = failures.every(({ tasks }) => tasks.length > 0 && tasks.every(isEngineFault));
    if (left === 1 || !onlyEngine) throw await rolloutError(failures, fx);
    fx.warn(
      `The engine failed to start a task; the release is rolled out again.\n${failures.map(formatFailure).join("\n")}`,
    );
  }
  await fx.group("smoke test of every replica", () => smokeTest(release, fx));
  await removeReplacedSecrets(payments, fx);
}

/** One rollout of the whole stack; returns the services that did not come up. */
async function deployStack(release: Release, payments: Payments, fx: Effects): Promise<readonly FailedService[]> {
  const env = {
    ...releaseEnvironment(release.owner, release.digests, release.ports),
    ...payments.env,
    ...proxyEnvironment(release.trustedProxies),
  };
  const before = updatesOf((await services(fx)).states);
  await fx.run(swarm.deploy("stack.yml"), { env, title: "stack deploy" });
  const outcome = await fx.group("rollout", () => waitForRollout(before, fx));
  return outcome.kind === "done"
    ? []
    : pool(inspectionsAtOnce, outcome.services, (failure) => withFailedTasks(failure, fx));
}
