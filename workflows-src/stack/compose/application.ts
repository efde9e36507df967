/** The services of one application in a compose file: its replicas, and the one-shot that prepares its database. Pure. */
import type { AppSpec, Catalog } from "../../../apps/catalog.ts";
import {
  databaseNetwork,
  directSettings,
  frontNetwork,
  imageReference,
  monitoringNetwork,
  paymentSettings,
  published,
  settings,
} from "../services.ts";
import { replicaWeight } from "../resources.ts";
import { fakeStripeSettings, stripeNetwork } from "../stripe.ts";
import { type Flavour, common, finished, oneShot, restart, secretsFolder, secretsVolume } from "./flavour.ts";

/** Hides the shell in the test stack, because neither an application nor its health check may need one. */
const withoutShell = "/dev/null:/bin/sh:ro";

export const application = (name: string, app: AppSpec, flavour: Flavour, catalog: Catalog) => ({
  image: imageReference(name, app),
  build: { context: `./apps/${app.image}`, additional_contexts: { appkit: "./apps/appkit" } },
  ...common,
  ...restart(flavour),
  ...(flavour === "live" && app.route === null ? { ports: [`${published(name, app.publishedPort)}:${app.port}`] } : {}),
  expose: [String(app.port)],
  cpu_shares: replicaWeight(app, catalog),
  // All replicas start at once there: checks each second, as the image has them, would take half of a small machine.
  ...(flavour === "test" ? { healthcheck: { start_interval: "2s" } } : {}),
  environment: {
    ...settings(name, app, "demo", secretsFolder),
    ...(flavour === "live"
      ? { ...directSettings(app), ...paymentSettings(name, app, "demo") }
      : fakeStripeSettings(name, app)),
    ...(flavour === "test" ? app.testSettings : {}),
  },
  volumes: [`${secretsVolume(name)}:${secretsFolder}:ro`, ...(flavour === "test" ? [withoutShell] : [])],
  networks: [
    frontNetwork(name),
    databaseNetwork(name),
    monitoringNetwork,
    ...(flavour === "test" && app.payments ? [stripeNetwork(name)] : []),
  ],
  depends_on: { [`${name}-prepare`]: finished(flavour) },
  ...(app.replicas > 1 ? { deploy: { replicas: app.replicas } } : {}),
});

/** The tests sign in with an account whose password, which is printed once, is written to a volume that they read. */
const withAccount = (app: AppSpec, flavour: Flavour): boolean => flavour === "test" && app.accounts === true;
const accountFor = (name: string): string =>
  `{ test -s /accounts/${name} || python manage.py create-admin tests >/accounts/${name}; }`;

export const prepare = (name: string, app: AppSpec, flavour: Flavour) => ({
  image: imageReference(name, app),
  ...common,
  ...oneShot(flavour, ["python", "manage.py", "prepare"], ...(withAccount(app, flavour) ? [accountFor(name)] : [])),
  ...(flavour === "live" ? { healthcheck: { disable: true } } : {}),
  environment: settings(name, app, "demo", secretsFolder),
  volumes: [`${secretsVolume(name)}:${secretsFolder}:ro`, ...(withAccount(app, flavour) ? ["accounts:/accounts"] : [])],
  networks: [databaseNetwork(name)],
  depends_on: { "postgres-setup": finished(flavour) },
});
