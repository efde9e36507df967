/** The services of one application in the stack: its replicas, and the job that prepares its database. Pure. */
import type { AppSpec } from "../../../apps/catalog.ts";
import { variableName } from "../../../contract/names.ts";
import { secretFile, stripeSettings } from "../../../contract/stripe-settings.ts";
import {
  databaseNetwork,
  directSettings,
  frontNetwork,
  hardened,
  monitoringNetwork,
  paymentSettings,
  published,
  settings,
} from "../services.ts";
import { byName, job, onHostPort, rollout, scratch, secretFiles, secretsFolder } from "./service.ts";

/** The deploy stage sets the image by its digest; without it the stack file is invalid. */
const image = (name: string): string => `\${${variableName("IMAGE", name)}:?the deploy stage sets it}`;

const ownSecrets = ["database-password", "secret-key"] as const;

export const application = (name: string, app: AppSpec) => ({
  image: image(name),
  ...hardened,
  ...(app.route === null ? { ports: [onHostPort(app.port, published(name, app.publishedPort))] } : {}),
  environment: {
    ...settings(name, app, "production", secretsFolder),
    ...directSettings(app),
    ...paymentSettings(name, app, "production"),
  },
  volumes: scratch,
  secrets: secretFiles(name, ...ownSecrets, ...(app.payments ? stripeSettings.map(secretFile) : [])),
  networks: [frontNetwork(name), databaseNetwork(name), monitoringNetwork],
  stop_grace_period: "20s",
  deploy: { ...byName, replicas: app.replicas, ...rollout(app.route === null ? "stop-first" : "start-first") },
});

export const prepare = (name: string, app: AppSpec) => ({
  image: image(name),
  ...hardened,
  command: ["python", "manage.py", "prepare"],
  environment: settings(name, app, "production", secretsFolder),
  volumes: scratch,
  secrets: secretFiles(name, ...ownSecrets),
  networks: [databaseNetwork(name)],
  healthcheck: { disable: true },
  deploy: { ...byName, ...job },
});
