/** Names that the compiled files and the scripts share. Pure. */
import type { StripeSetting } from "./stripe-settings.ts";

/** The name of the stack, and the prefix of the names of its services and secrets. */
export const stackName = "wmd";

/** The name of the compose project that the integration tests run against. */
export const testStackName = `${stackName}-test`;

/** The name of a network or volume of the swarm's stack; it differs from those of a compose stack on the same engine. */
export const inSwarm = (name: string): string => `${stackName}-swarm-${name}`;

/** The label of every container that a run starts beside the stacks. */
export const runLabel = "wmd.run=true";

type Kind = "IMAGE" | "PORT" | "PUBLIC_URL" | StripeSetting | `${StripeSetting}_${"FILE" | "NAME"}`;

/** The environment variable of a service: `IMAGE_MY_SHOP` for the image of the service `my-shop`. */
export const variableName = (kind: Kind, service: string): string =>
  `${kind}_${service.replaceAll("-", "_").toUpperCase()}`;

/** @param owner `registry/account`, or an account of Docker Hub */
export const repository = (owner: string, image: string): string => `${owner}/${image}`;

export const byDigest = (owner: string, image: string, digest: string): string =>
  `${repository(owner, image)}@${digest}`;
