/** The compose files: the same services on a laptop and in the integration tests. Pure. */
import type { Catalog } from "../../../apps/catalog.ts";
import { stackName, testStackName } from "../../../contract/names.ts";
import { monitoringServices, testedPrometheus } from "../monitoring.ts";
import { withLimits } from "../resources.ts";
import { databaseNetwork, frontNetwork, monitoringNetwork } from "../services.ts";
import { stripeNetworks, stripeServices } from "../stripe.ts";
import { application, prepare } from "./application.ts";
import { postgres, postgresSetup, secrets, secretsOf } from "./database.ts";
import { type Flavour, common, secretsFolder, secretsVolume } from "./flavour.ts";
import { proxy } from "./proxy.ts";
import { ready } from "./ready.ts";
import { tests } from "./tests.ts";

/** Hashes of mounted files. A running container does not see a replaced file; a label with its hash makes compose recreate it. */
export interface ConfigHashes {
  readonly proxy: string;
  readonly prometheus: string;
}

export function composeFile(catalog: Catalog, flavour: Flavour, hashes: ConfigHashes): object {
  const apps = Object.entries(catalog);
  const monitoring = { common, configHash: hashes.prometheus };
  return {
    name: flavour === "live" ? stackName : testStackName,
    services: withLimits(
      {
        ...(flavour === "test" ? { tests: tests(catalog), ...stripeServices(catalog) } : {}),
        "reverse-proxy": proxy(catalog, flavour, hashes.proxy),
        ...(flavour === "live" ? { ready: ready(catalog) } : {}),
        ...Object.fromEntries(apps.map(([name, app]) => [name, application(name, app, flavour, catalog)])),
        ...Object.fromEntries(apps.map(([name, app]) => [`${name}-prepare`, prepare(name, app, flavour)])),
        postgres: postgres(apps, flavour),
        "postgres-setup": postgresSetup(apps, flavour),
        secrets: secrets(apps, flavour),
        ...(flavour === "test"
          ? { prometheus: testedPrometheus(monitoring) }
          : monitoringServices(monitoring, { volume: secretsVolume("grafana"), folder: secretsFolder })),
      },
      catalog,
    ),
    networks: {
      edge: {},
      postgres: { internal: true },
      [monitoringNetwork]: { internal: true },
      ...Object.fromEntries(
        apps.flatMap(([name]) => [
          [frontNetwork(name), {}],
          [databaseNetwork(name), { internal: true }],
        ]),
      ),
      ...(flavour === "test" ? stripeNetworks(catalog) : {}),
    },
    volumes: {
      "postgres-data": {},
      ...(flavour === "test" ? { reports: {}, accounts: {} } : { "prometheus-data": {}, "grafana-data": {} }),
      ...Object.fromEntries(Object.keys(secretsOf(apps, flavour)).map((name) => [secretsVolume(name), {}])),
    },
  };
}
