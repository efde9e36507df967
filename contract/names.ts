/** Names that the compiled files and the scripts share. Pure. */
import type { StripeSetting } from "./stripe-settings.ts";

/** A name of the stack, of its services and of its secrets begins with this. */
export const stackName = "wmd";

/** What the swarm's stack calls its networks and volumes: a compose stack on the same engine has others. */
export const inSwarm = (name: string): string => `${stackName}-swarm-${name}`;

/** On every container that a run starts beside the stacks. */
export const runLabel = "wmd.run=true";

type Kind = "IMAGE" | "PORT" | "PUBLIC_URL" | StripeSetting | `${StripeSetting}_${"FILE" | "NAME"}`;

/** The environment variable of a service: `IMAGE_MY_SHOP` for the image of the service `my-shop`. */
export const variableName = (kind: Kind, service: string): string =>
  `${kind}_${service.replaceAll("-", "_").toUpperCase()}`;

/** `registry/account`, or an account of Docker Hub. */
export const repository = (owner: string, image: string): string => `${owner}/${image}`;

export const byDigest = (owner: string, image: string, digest: string): string =>
  `${repository(owner, image)}@${digest}`;
