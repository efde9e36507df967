/** The services of the database in a compose file, and the one-shots that create its accounts and the secrets. Pure. */
import type { AppSpec } from "../../../apps/catalog.ts";
import { images } from "../../../contract/base-images.ts";
import { adminPassword } from "../monitoring.ts";
import { sharedWeight, tmpfs } from "../resources.ts";
import { databaseCommand, databaseNetwork, users } from "../services.ts";
import { type Flavour, common, finished, healthy, oneShot, restart, secretsFolder, secretsVolume } from "./flavour.ts";

export type Apps = readonly (readonly [string, AppSpec])[];

/** The names of the secrets, by owner. */
export const secretsOf = (apps: Apps, flavour: Flavour): Readonly<Record<string, readonly string[]>> => ({
  ...Object.fromEntries(apps.map(([name]) => [name, ["database-password", "secret-key"]])),
  postgres: ["database-password"],
  ...(flavour === "live" ? { grafana: [adminPassword] } : {}),
});

export const postgres = (apps: Apps, flavour: Flavour) => ({
  image: images.database,
  user: users.database,
  ...common,
  ...restart(flavour),
  tmpfs: [tmpfs("/tmp"), tmpfs("/var/run/postgresql", 1, "uid=70", "gid=70", "mode=3777")],
  shm_size: "128m",
  cpu_shares: sharedWeight(Object.fromEntries(apps)),
  environment: { POSTGRES_PASSWORD_FILE: `${secretsFolder}/database-password` },
  // The data of a test is dropped with its stack, so it does not have to reach the disk.
  command: [...databaseCommand, ...(flavour === "test" ? ["-c", "fsync=off", "-c", "full_page_writes=off"] : [])],
  volumes: ["postgres-data:/var/lib/postgresql/data", `${secretsVolume("postgres")}:${secretsFolder}:ro`],
  networks: ["postgres", ...apps.map(([name]) => databaseNetwork(name))],
  depends_on: { secrets: finished(flavour) },
  healthcheck: {
    // By TCP: while the image initializes its data, Postgres listens on its socket only.
    test: ["CMD", "pg_isready", "--quiet", "--host", "127.0.0.1", "--username", "postgres"],
    interval: "10s",
    timeout: "3s",
    start_period: "60s",
    start_interval: "300ms",
  },
  stop_grace_period: "30s",
});

/** The image of the database declares a volume; without this, every one-shot would leave an anonymous volume behind. */
const withoutVolume = [tmpfs("/tmp"), tmpfs("/var/lib/postgresql/data", 1)];

export const postgresSetup = (apps: Apps, flavour: Flavour) => ({
  image: images.database,
  user: users.database,
  ...common,
  tmpfs: withoutVolume,
  ...oneShot(flavour, ["/setup.sh", ...apps.map(([name]) => name)]),
  entrypoint: [],
  environment: {
    PGHOST: "postgres",
    PGUSER: "postgres",
    PGPASSWORD_FILE: "/secrets/postgres/database-password",
    SECRETS: "/secrets",
  },
  volumes: [
    "./apps/postgres/setup.sh:/setup.sh:ro",
    ...[...apps.map(([name]) => name), "postgres"].map((name) => `${secretsVolume(name)}:/secrets/${name}:ro`),
  ],
  networks: ["postgres"],
  depends_on: { postgres: healthy },
});

/**
 * Creates the secrets that do not exist yet. It runs as root, because a new volume belongs to root,
 * and has no capability and no network.
 */
export const secrets = (apps: Apps, flavour: Flavour) => {
  const owners = Object.entries(secretsOf(apps, flavour));
  const files = owners.flatMap(([owner, names]) => names.map((name) => `/secrets/${owner}/${name}`));
  return {
    image: images.database,
    user: "0:0",
    ...common,
    tmpfs: withoutVolume,
    // The services that prepare applications write the passwords of the tests there.
    ...oneShot(flavour, ["/secrets.sh", ...files], "chmod 1777 /accounts"),
    entrypoint: [],
    volumes: [
      "./apps/postgres/secrets.sh:/secrets.sh:ro",
      ...owners.map(([owner]) => `${secretsVolume(owner)}:/secrets/${owner}`),
      ...(flavour === "test" ? ["accounts:/accounts"] : []),
    ],
    network_mode: "none",
  };
};
