/** A release as environment variables: the images and ports that the compose file and the stack interpolate. Pure. */
import { appNames, catalog } from "../apps/catalog.ts";
import type { Digests } from "./digests.ts";
import { byDigest, variableName } from "./names.ts";
import { type Ports, portOf } from "./ports.ts";

/** With this environment the compose file or the stack names exactly these images and ports. */
export const releaseEnvironment = (
  owner: string,
  digests: Digests<string>,
  ports: Ports,
): Readonly<Record<string, string>> => ({
  // Compose requires the account even if every image is named.
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

/** The part of `docker inspect` that holds the image and the published ports of a container. */
export interface Container {
  readonly Config: {
    readonly Image: string;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Env?: readonly string[] | null | undefined;
  };
  readonly HostConfig: {
    readonly PortBindings?: Readonly<Record<string, readonly { readonly HostPort: string }[]>> | null | undefined;
  };
}

/** The variables of the compose file that the proxy gets under the same name. */
const kept = /^(TRUSTED_PROXIES|PUBLIC_ORIGIN)=(.+)$/u;

/** The inverse of `releaseEnvironment`: the variables with which these containers were started. */
export function environmentOf(containers: readonly Container[]): Readonly<Record<string, string>> {
  const serviceOfPort: Readonly<Record<string, string>> = {
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
        binding && serviceOfPort[port] ? [[variableName("PORT", serviceOfPort[port]), binding.HostPort] as const] : [],
      );
      const settings = (Config.Env ?? []).flatMap((line) => {
        const [, name, value] = kept.exec(line) ?? [];
        return name !== undefined && value !== undefined ? [[name, value] as const] : [];
      });
      return [...(service ? [[variableName("IMAGE", service), Config.Image] as const] : []), ...ports, ...settings];
    }),
  );
}
