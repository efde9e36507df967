/** The place on this machine's engine that a run of the pipeline publishes and deploys to. */
import { runLabel, stackName } from "../../contract/names.ts";
import type { Ports } from "../../contract/ports.ts";
import type { Effects } from "../core/effects.ts";
import { compose, liveProject, placeholders } from "../docker/compose.ts";
import { stackPorts } from "../docker/ports.ts";
import { keptRegistry, withKeptRegistry, withRegistry } from "../docker/registry-container.ts";
import { deployCompose } from "../rollout/compose-release.ts";
import { composeMode, keepServing, swarmMode } from "../rollout/keep-serving.ts";
import type { Release } from "../rollout/release.ts";
import type { Credentials } from "../oci/registry-login.ts";

/** The account that owns the images, such as `127.0.0.1:5050/wmd`, and the login that pushes them. */
export interface Owner {
  readonly name: string;
  readonly credentials?: Credentials | undefined;
}

export interface DeployTarget {
  readonly ports: Ports;
  /** Ports of the host that must be free, or published by containers with one of these labels. */
  readonly needs: { readonly ports: readonly number[]; readonly labels: readonly string[] };
  /** Works while the owner's registry runs. */
  readonly publishing: <T>(fx: Effects, work: (owner: Owner) => Promise<T>) => Promise<T>;
  readonly deploy: (release: Release, fx: Effects) => Promise<void>;
}

export interface LiveTarget {
  readonly ports: Ports;
  /** A swarm of one instead of compose. */
  readonly swarm: boolean;
  /** The account to publish to, instead of the registry on loopback. */
  readonly owner?: Owner | undefined;
  /** The networks of the proxies in front of the stack. */
  readonly trustedProxies?: string | undefined;
}

/** The stack that keeps serving after `npm start`. */
export function liveTarget({ ports, swarm, owner, trustedProxies }: LiveTarget): DeployTarget {
  const mode = swarm ? swarmMode : composeMode;
  return {
    ports,
    needs: {
      ports: [...stackPorts(ports), ...(owner ? [] : [keptRegistry.port])],
      labels: [mode.label, runLabel],
    },
    publishing: (fx, work) =>
      owner ? work(owner) : withKeptRegistry(fx, (host) => work({ name: `${host}/${stackName}` })),
    deploy: (release, fx) => keepServing(mode, { ...release, trustedProxies }, fx),
  };
}

/** A stack beside the one that serves, taken down at the end: other ports, another name, a temporary registry. */
export function temporaryTarget(ports: Ports, name: string): DeployTarget {
  const project = { ...liveProject, name };
  return {
    ports,
    needs: { ports: stackPorts(ports), labels: [] },
    publishing: (fx, work) => withRegistry(fx, (host) => work({ name: `${host}/${stackName}` })),
    async deploy(release, fx) {
      try {
        await deployCompose(release, project, fx);
      } finally {
        await fx.cleanUp(compose.down(project, { volumes: true }), { env: placeholders });
      }
    },
  };
}
