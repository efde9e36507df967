/** The database in the stack, and the job that creates the accounts of the applications. Pure. */
import { images } from "../../../contract/base-images.ts";
import { databaseCommand, databaseNetwork, hardened, users } from "../services.ts";
import { byName, job, rollout, scratch, secretFiles, secretsFolder, tmpfs } from "./service.ts";

export const postgres = (apps: readonly string[]) => ({
  image: images.database,
  user: users.database,
  ...hardened,
  command: databaseCommand,
  environment: { POSTGRES_PASSWORD_FILE: `${secretsFolder}/database-password` },
  volumes: [
    "postgres-data:/var/lib/postgresql/data",
    ...scratch,
    tmpfs("/var/run/postgresql", 1, { mode: 0o3777 }),
    tmpfs("/dev/shm", 128),
  ],
  secrets: secretFiles("postgres", "database-password"),
  networks: ["postgres", ...apps.map(databaseNetwork)],
  healthcheck: {
    test: ["CMD", "pg_isready", "--quiet", "--host", "127.0.0.1", "--username", "postgres"],
    interval: "5s",
    timeout: "3s",
    start_period: "60s",
  },
  stop_grace_period: "30s",
  // Two servers on the same data would destroy it, so the old one stops first.
  deploy: { ...byName, replicas: 1, ...rollout("stop-first"), placement: { constraints: ["node.role == manager"] } },
});

export const postgresSetup = (apps: readonly string[]) => ({
  image: images.database,
  user: users.database,
  ...hardened,
  entrypoint: ["/setup.sh", ...apps],
  environment: {
    PGHOST: "postgres",
    PGUSER: "postgres",
    PGPASSWORD_FILE: "/secrets/postgres/database-password",
    SECRETS: "/secrets",
  },
  volumes: scratch,
  configs: [{ source: "postgres-setup", target: "/setup.sh", mode: 0o555 }],
  secrets: [...apps, "postgres"].map((name) => ({
    source: `${name}-database-password`,
    target: `/secrets/${name}/database-password`,
    mode: 0o444,
  })),
  networks: ["postgres"],
  deploy: { ...byName, ...job },
});
