/** The stack file of production, a swarm of one or several machines: images by digest, secrets that exist before. Pure. */
import { type Catalog, shopsIn } from "../../../apps/catalog.ts";
import { inSwarm, stackName, variableName } from "../../../contract/names.ts";
import { stackSecrets } from "../../../contract/stack-secrets.ts";
import { secretFile, stripeSettings } from "../../../contract/stripe-settings.ts";
import { withLimits } from "../resources.ts";
import { databaseNetwork, frontNetwork, monitoringNetwork } from "../services.ts";
import { application, prepare } from "./application.ts";
import { postgres, postgresSetup } from "./database.ts";
import { proxy } from "./proxy.ts";

export function stackFile(
  catalog: Catalog,
  hashes: { readonly nginx: string; readonly landing: string; readonly setup: string; readonly start: string },
): object {
  const apps = Object.entries(catalog);
  const config = (file: string, hash: string) => ({ file, name: `${stackName}-${hash}` });
  const own = (name: string) => ({ name: inSwarm(name) });
  const networks = [
    ["edge", {}],
    ["postgres", { internal: true }],
    // Attachable, so that a Prometheus outside the stack can join it.
    [monitoringNetwork, { internal: true, attachable: true }],
    ...apps.flatMap(([name]) => [
      [frontNetwork(name), {}] as const,
      [databaseNetwork(name), { internal: true }] as const,
    ]),
  ] as const;
  return {
    version: "3.9",
    services: withLimits(
      {
        "reverse-proxy": proxy(catalog),
        ...Object.fromEntries(apps.map(([name, app]) => [name, application(name, app)])),
        ...Object.fromEntries(apps.map(([name, app]) => [`${name}-prepare`, prepare(name, app)])),
        postgres: postgres(apps.map(([name]) => name)),
        "postgres-setup": postgresSetup(apps.map(([name]) => name)),
      },
      catalog,
    ),
    networks: Object.fromEntries(networks.map(([name, options]) => [name, { ...own(name), ...options }])),
    volumes: { "postgres-data": own("postgres-data") },
    configs: {
      nginx: config("./nginx.conf", hashes.nginx),
      landing: config("./landing.html", hashes.landing),
      "postgres-setup": config("./apps/postgres/setup.sh", hashes.setup),
      "proxy-start": config("./apps/reverse-proxy/start.sh", hashes.start),
    },
    secrets: {
      ...Object.fromEntries(
        stackSecrets(catalog).map((name) => [name, { external: true, name: `${stackName}-${name}` }]),
      ),
      ...Object.fromEntries(
        shopsIn(catalog).flatMap((name) =>
          stripeSettings.map((setting) => [
            `${name}-${secretFile(setting)}`,
            { external: true, name: `\${${variableName(`${setting}_NAME`, name)}:?the deploy stage sets it}` },
          ]),
        ),
      ),
    },
  };
}
