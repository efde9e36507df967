import { parsePort, requireDistinct, usualPorts } from "../../contract/ports.ts";
import { checkNetworks } from "../../contract/trusted-proxies.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { splitOwner } from "../oci/owner.ts";
import type { Owner } from "../pipeline/deploy-target.ts";
import { dryRun } from "../pipeline/dry-run.ts";
import { start as runStart } from "../pipeline/start.ts";
import { command, flag, optionalValue, value } from "./definition/command.ts";
import { runOnEngine } from "./run-on-engine.ts";

export const start = command({
  summary: "run the whole pipeline on this machine, and leave the stack serving",
  details: "With --registry, DOCKER_HUB_USERNAME and DOCKER_HUB_ACCESS_TOKEN are used to log in.",
  options: {
    swarm: flag("deploy to a swarm of one node, as in production, instead of compose"),
    "http-port": value("PORT", "the port of the proxy on this machine", parsePort, usualPorts.http),
    "port-base": value(
      "PORT",
      "the base of the applications' ports: 9004 becomes this plus 4",
      parsePort,
      usualPorts.base,
    ),
    registry: optionalValue(
      "OWNER",
      "publish there instead of to a local registry: wmd, 127.0.0.1:5123/wmd",
      ownerOption,
    ),
    "no-engine": flag("fail when no Docker engine is running, instead of installing or starting one"),
    fresh: flag("do all work again, and believe no proof of an earlier run"),
    "dry-run": flag("print the commands that would run, and run none"),
  },
  async run({ options }, fx) {
    const { registry, swarm } = options;
    const trustedProxies = fx.env["TRUSTED_PROXIES"] ?? "";
    checkNetworks(trustedProxies);
    const owner = registry === undefined ? undefined : withCredentials(registry, fx);
    const ports = requireDistinct({ http: options["http-port"], base: options["port-base"] });
    const settings = { swarm, owner, ports, trustedProxies, engine: !options["no-engine"], fresh: options.fresh };
    if (options["dry-run"]) await dryRun((simulated) => runStart(settings, simulated), fx);
    else await runOnEngine(fx, () => runStart(settings, fx));
  },
});

/** The owner of the images, as written. */
export function ownerOption(name: string, written: string): string {
  try {
    splitOwner(written);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError(`${name}: ${cause.message}`, cause.remedy, { cause });
  }
  return written;
}

function withCredentials(name: string, fx: Effects): Owner {
  const { DOCKER_HUB_USERNAME: username, DOCKER_HUB_ACCESS_TOKEN: password } = fx.env;
  if (!username || !password) return { name };
  fx.mask(password);
  return { name, credentials: { username, password } };
}
