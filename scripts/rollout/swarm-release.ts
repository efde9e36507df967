/** Rolls a release out onto a swarm. */
import { paymentsFrom } from "../../contract/payments.ts";
import { releaseEnvironment } from "../../contract/release-environment.ts";
import type { Effects } from "../core/effects.ts";
import { swarm } from "../docker/swarm.ts";
import { formatFailure, rolloutError, withFailedTasks } from "./failures.ts";
import type { Release } from "./release.ts";
import { enginesFault, updatesOf } from "./rollout-state.ts";
import { ensureSecrets, forgetSecrets } from "./secrets.ts";
import { services } from "./services.ts";
import { smokeTest } from "./smoke-test.ts";
import { waitForRollout } from "./wait-for-rollout.ts";

type Env = Readonly<Record<string, string>>;

/** How often a release is rolled out when the engine, and nothing else, fails each time. */
const tries = 3;

/** Onto a swarm; `remote` is how docker reaches its manager. */
export async function rollOut(release: Release, remote: Env, fx: Effects): Promise<void> {
  const payments = paymentsFrom(release.payments ?? { PUBLIC_ORIGIN: "" });
  const env = { ...remote, ...releaseEnvironment(release.owner, release.digests, release.ports), ...payments.env };
  await ensureSecrets(payments, remote, fx);
  for (let left = tries; ; left--) {
    const before = updatesOf((await services(remote, fx)).states);
    await fx.run(swarm.deploy("stack.yml"), { env, title: "stack deploy" });
    const outcome = await fx.group("rollout", () => waitForRollout(remote, before, fx));
    if (outcome.kind === "done") break;
    const failures = await Promise.all(outcome.services.map((failure) => withFailedTasks(failure, remote, fx)));
    if (left === 1 || !failures.every(({ tasks }) => tasks.length > 0 && tasks.every(enginesFault)))
      throw await rolloutError(failures, remote, fx);
    fx.warn(`The engine itself failed; the release is rolled out again.\n${failures.map(formatFailure).join("\n")}`);
  }
  await fx.group("every replica, from outside", () => smokeTest(release.digests, release.host, release.ports, fx));
  await forgetSecrets(payments, remote, fx);
}
