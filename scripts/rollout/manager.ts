/** The swarm's manager: how its settings reach it, and whether it manages a swarm. */
import type { Environment } from "../../contract/inputs.ts";
import { type Ports, parsePort, usualPorts } from "../../contract/ports.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { swarm } from "../docker/swarm.ts";
import { overSsh, parseTarget } from "./ssh.ts";

type Env = Readonly<Record<string, string>>;

/** Where the stack publishes: as the catalog says, unless the machine's owner moved it. */
export const portsFrom = (settings: {
  readonly DEPLOY_HTTP_PORT: string;
  readonly DEPLOY_PORT_BASE: string;
}): Ports => ({
  http: parsePort("DEPLOY_HTTP_PORT", settings.DEPLOY_HTTP_PORT || String(usualPorts.http)),
  base: parsePort("DEPLOY_PORT_BASE", settings.DEPLOY_PORT_BASE || String(usualPorts.base)),
});

interface ManagerSettings {
  readonly DEPLOY_HOST: string;
  readonly DEPLOY_HOST_KEY: string;
  readonly DEPLOY_SSH_KEY: string;
  readonly DOCKER_USERNAME: string;
}

export async function onManager<T>(
  settings: ManagerSettings,
  env: Environment,
  fx: Effects,
  work: (remote: Env, host: string) => Promise<T>,
): Promise<T> {
  const missing = (["DOCKER_USERNAME", "DEPLOY_HOST", "DEPLOY_HOST_KEY", "DEPLOY_SSH_KEY"] as const).filter(
    (name) => settings[name] === "",
  );
  if (missing.length > 0)
    throw new UserError(
      `deploy: not set: ${missing.join(", ")}`,
      "docs/pipeline.md shows how to set a server up, and where each is set",
    );
  const target = parseTarget(settings.DEPLOY_HOST);
  const access = { target, hostKey: settings.DEPLOY_HOST_KEY, privateKey: settings.DEPLOY_SSH_KEY };
  return overSsh(access, env, fx, async (remote) => {
    if (!(await managesSwarm(remote, fx)))
      throw new UserError(`${target.host} is not the manager of a swarm`, "Run there, once: docker swarm init");
    return work(remote, target.host);
  });
}

/** Whether the engine that `remote` reaches manages a swarm, of one node or of several. */
export async function managesSwarm(remote: Env, fx: Effects): Promise<boolean> {
  const state = JSON.parse(await fx.output(swarm.state, { env: remote })) as { readonly ControlAvailable?: boolean };
  return state.ControlAvailable === true;
}
