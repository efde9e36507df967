/** Rolls a release out onto this machine's engine by compose. */
import { releaseEnvironment } from "../../contract/release-environment.ts";
import { proxyEnvironment } from "../../contract/trusted-proxies.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { type Project, compose } from "../docker/compose.ts";
import { isAsDeployed, recordDeployment } from "./compose-state.ts";
import type { Release } from "./release.ts";
import { smokeTest } from "./smoke-test.ts";

export async function deployCompose(release: Release, project: Project, fx: Effects): Promise<void> {
  const env = {
    ...releaseEnvironment(release.owner, release.digests, release.ports),
    ...proxyEnvironment(release.trustedProxies),
  };
  if (await isAsDeployed(project, env, fx)) fx.log("  ✓ stack: its containers are as the last deployment left them");
  else await startStack(project, env, fx);
  await fx.group("smoke test of every replica", () => smokeTest(release, fx));
  await recordDeployment(project, env, fx);
}

async function startStack(project: Project, env: Readonly<Record<string, string>>, fx: Effects): Promise<void> {
  const up = await fx.tryRun(compose.up(project), { env, title: "stack" });
  if (up.code !== 0) {
    const logs = await fx.tryRun(compose.logs(project), { env });
    throw new UserError(
      `The stack did not come up\n${tail(up.stderr, 8)}\n${tail(logs.stdout, 20)}`,
      `Read all logs: ${compose.logs(project).join(" ")}`,
    );
  }
}
