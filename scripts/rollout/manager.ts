/** The swarm's manager: how the settings reach it, and whether an engine is one. */
import { type Ports, parsePort, requireDistinct, usualPorts } from "../../contract/ports.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { parseSwarmState } from "../docker/inspected.ts";
import { swarm } from "../docker/swarm.ts";
import { overSsh, parseTarget } from "./ssh.ts";

/** The ports that the stack publishes: the catalog's, unless the settings move them. */
export const portsFrom = (settings: { readonly DEPLOY_HTTP_PORT: string; readonly DEPLOY_PORT_BASE: string }): Ports =>
  requireDistinct({
    http: parsePort("DEPLOY_HTTP_PORT", settings.DEPLOY_HTTP_PORT || String(usualPorts.http)),
    base: parsePort("DEPLOY_PORT_BASE", settings.DEPLOY_PORT_BASE || String(usualPorts.base)),
  });

const required = ["DOCKER_USERNAME", "DEPLOY_HOST", "DEPLOY_HOST_KEY", "DEPLOY_SSH_KEY"] as const;
export type ManagerSettings = Readonly<Record<(typeof required)[number], string>>;

/**
 * @param work is given the manager's host and effects whose docker commands reach its engine
 * @throws UserError where a setting is missing, or the host cannot be reached or manages no swarm
 */
export async function onManager<T>(
  settings: ManagerSettings,
  fx: Effects,
  work: (host: string, remote: Effects) => Promise<T>,
): Promise<T> {
  const unset = required.filter((name) => settings[name] === "");
  if (unset.length > 0)
    throw new UserError(
      `deploy: ${unset.join(", ")} ${unset.length > 1 ? "are" : "is"} not set`,
      "docs/pipeline.md shows how to set up a server, and where each setting belongs",
    );
  const target = parseTarget(settings.DEPLOY_HOST);
  const access = { target, hostKey: settings.DEPLOY_HOST_KEY, privateKey: settings.DEPLOY_SSH_KEY };
  return overSsh(access, fx, async (remote) => {
    if (!(await managesSwarm(remote)))
      throw new UserError(
        `The engine on ${target.host} does not manage a swarm`,
        "Run once on that machine: docker swarm init",
      );
    return work(target.host, remote);
  });
}

/** Whether the engine manages a swarm, of one node or of several. */
export const managesSwarm = async (fx: Effects): Promise<boolean> =>
  parseSwarmState(await fx.output(swarm.state)).ControlAvailable === true;
