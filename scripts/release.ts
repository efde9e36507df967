/** A release as the compose file and the stack read it: which image each service runs, and where it is published. */
import { appNames, catalog } from "../apps/catalog.ts";
import type { Digests } from "./codecs.ts";
import { StageError } from "./effects.ts";
import type { StripeSetting } from "./payments.ts";

type Kind = "IMAGE" | "PORT" | "PUBLIC_URL" | StripeSetting | `${StripeSetting}_${"FILE" | "NAME"}`;

/** `IMAGE_ROCKET_ECOMMERCE` for the image of rocket-ecommerce. */
export const variableName = (kind: Kind, service: string): string =>
  `${kind}_${service.replaceAll("-", "_").toUpperCase()}`;

/** `registry/account`, or an account of Docker Hub. */
export const repository = (owner: string, image: string): string => `${owner}/${image}`;

export const byDigest = (owner: string, image: string, digest: string): string =>
  `${repository(owner, image)}@${digest}`;

/** Ports on the host. Those of the applications keep their last digit: 9001 is 19001 over a base of 19000. */
export interface Ports {
  readonly http: number;
  readonly base: number;
}
export const usualPorts: Ports = { http: 80, base: 9000 };

/** Throws StageError that names where the port was written. */
export function parsePort(name: string, written: string): number {
  const value = Number(written);
  if (!Number.isInteger(value) || value < 1 || value > 65_000)
    throw new StageError(`${name} is ${JSON.stringify(written)}, which is no port`, "Give a number from 1 to 65000");
  return value;
}

export const portOf = (name: keyof typeof catalog, ports: Ports): number =>
  catalog[name].publishedPort - usualPorts.base + ports.base;

/** The environment in which the compose file or the stack names exactly these images and ports. */
export const releaseEnvironment = (
  owner: string,
  digests: Digests<string>,
  ports: Ports,
): Readonly<Record<string, string>> => ({
  // Compose asks for the account even where every image is named.
  DOCKER_USERNAME: owner,
  [variableName("PORT", "reverse-proxy")]: String(ports.http),
  ...Object.fromEntries(appNames.map((name) => [variableName("PORT", name), String(portOf(name, ports))])),
  ...Object.fromEntries(
    appNames.flatMap((name) => {
      const digest = digests[name];
      return digest ? [[variableName("IMAGE", name), byDigest(owner, catalog[name].image, digest)]] : [];
    }),
  ),
});

/** The part of `docker inspect` that says what a container of a compose stack runs, and where. */
export interface Container {
  readonly Config: { readonly Image: string; readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: { readonly PortBindings?: Readonly<Record<string, readonly { readonly HostPort: string }[]>> };
}

/** The inverse of `releaseEnvironment`, as far as it concerns images and ports: what these containers were started with. */
export function environmentOf(containers: readonly Container[]): Readonly<Record<string, string>> {
  const inside: Readonly<Record<string, string>> = {
    "80/tcp": "reverse-proxy",
    ...Object.fromEntries(
      appNames.map((name) => {
        const { route, port, publishedPort } = catalog[name];
        return [`${route === null ? port : publishedPort}/tcp`, name];
      }),
    ),
  };
  return Object.fromEntries(
    containers.flatMap(({ Config, HostConfig }) => {
      const service = appNames.find((name) => name === Config.Labels["com.docker.compose.service"]);
      const ports = Object.entries(HostConfig.PortBindings ?? {}).flatMap(([port, [binding]]) =>
        binding && inside[port] ? [[variableName("PORT", inside[port]), binding.HostPort] as const] : [],
      );
      return [...(service ? [[variableName("IMAGE", service), Config.Image] as const] : []), ...ports];
    }),
  );
}
