/** Runs the checks of every stand-in, on an engine that has the stand-ins. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import * as v from "valibot";
import { afterAll, describe, expect, test } from "vitest";
import { images } from "../../contract/base-images.ts";
import { parseJson } from "../../contract/json.ts";
import { type StandIn, standInLabel, standIns } from "./stand-in.ts";

const run = promisify(execFile);
const docker = async (...args: string[]): Promise<string> => {
  const { stdout, stderr } = await run("docker", args);
  // `docker logs` writes the container's standard output and standard error to its own two streams.
  return args[0] === "logs" ? stdout + stderr : stdout;
};
const started: string[] = [];
const start = async (...args: string[]): Promise<string> => {
  const id = (await docker("run", "--detach", ...args)).trim();
  started.push(id);
  return id;
};
/** Runs a docker command until it succeeds, and returns its output. */
const retryDocker = async (...args: string[]): Promise<string> => {
  for (const until = Date.now() + 60_000; ; await sleep(200)) {
    try {
      return await docker(...args);
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
};

/** The other fields of the configuration are kept, so that they can be compared. */
const inspectSchema = v.tuple([
  v.object({
    Config: v.looseObject({
      ExposedPorts: v.nullish(v.record(v.string(), v.unknown())),
      Volumes: v.nullish(v.record(v.string(), v.unknown())),
      User: v.nullish(v.string()),
    }),
  }),
]);

afterAll(async () => {
  if (started.length > 0) await docker("rm", "--force", "--volumes", ...started);
});

describe.each(Object.entries<StandIn>(standIns))("%s", (image, { checks, config }) => {
  test.concurrent.each([...checks])("$run", { timeout: 120_000 }, async ({ run: command, output, user }) => {
    const asUser = user ? ["--user", user] : [];
    expect(
      await docker("run", "--rm", "--pull", "never", ...asUser, "--entrypoint", "sh", image, "-c", command),
    ).toMatch(output);
  });

  test("has the configuration of the real image, and the label of stand-ins", async () => {
    const [{ Config: found }] = parseJson(
      inspectSchema,
      await docker("image", "inspect", image),
      "docker image inspect",
    );
    const { ports = [], volumes = [], ...fields } = config;
    expect(found).toMatchObject({ ...fields, Labels: { [standInLabel]: "true" } });
    expect(Object.keys(found.ExposedPorts ?? {})).toEqual(ports);
    expect(Object.keys(found.Volumes ?? {})).toEqual(volumes);
    expect(found.User ?? "").toBe(config.User ?? "");
  });
});

test(
  "nginx serves the server of conf.d on port 80, and stops by itself on its stop signal",
  { timeout: 60_000 },
  async () => {
    const id = await start(images.proxy);
    expect(await retryDocker("exec", id, "wget", "-qO-", "http://127.0.0.1/")).toContain("Welcome to nginx");
    await docker("stop", id);
    // A container that ignores the signal is killed, and its exit code is then 137.
    expect(await docker("inspect", "--format", "{{.State.ExitCode}}", id)).toBe("0\n");
  },
);

test(
  "postgres creates the user and the database, runs the scripts of initdb.d, and listens on its port",
  { timeout: 120_000 },
  async () => {
    const script =
      "echo 'create table t (n int); insert into t values (42);' > /docker-entrypoint-initdb.d/a.sql; echo secret > /tmp/p; exec docker-entrypoint.sh postgres";
    const id = await start(
      "--env",
      "POSTGRES_USER=shop",
      "--env",
      "POSTGRES_DB=store",
      "--env",
      "POSTGRES_PASSWORD_FILE=/tmp/p",
      "--env",
      "POSTGRES_INITDB_ARGS=--data-checksums",
      "--entrypoint",
      "sh",
      images.database,
      "-c",
      script,
    );
    // While it initialises, it listens on its Unix socket only, so that an answer at this address means that it is ready.
    const address = "127.0.0.1";
    await retryDocker("exec", id, "pg_isready", "--host", address, "--username", "shop", "--dbname", "store");
    const psql = (...args: string[]) =>
      docker(
        "exec",
        "--env",
        "PGPASSWORD=secret",
        id,
        "psql",
        "--host",
        address,
        "--username",
        "shop",
        "--dbname",
        "store",
        "--tuples-only",
        "--no-align",
        ...args,
      );
    expect(await psql("--command", "select n from t")).toBe("42\n");
    expect(await psql("--command", "show data_checksums")).toBe("on\n");
    expect(await psql("--command", "show listen_addresses")).toBe("*\n");
    expect(await docker("exec", id, "sh", "-c", "stat -c %u /proc/1 $PGDATA")).toBe("70\n70\n");
    await docker("restart", id);
    await retryDocker("exec", id, "pg_isready", "--host", address, "--username", "shop");
    expect(await docker("logs", id)).toContain("Skipping initialization");
  },
);

test("postgres does not start without a password", { timeout: 60_000 }, async () => {
  await expect(docker("run", "--rm", images.database)).rejects.toThrow(/superuser password is not specified/u);
});

test("prometheus serves on port 9090 with a read-only root file system", { timeout: 60_000 }, async () => {
  const id = await start("--read-only", "--cap-drop", "ALL", "--user", "65534:65534", images.metrics);
  const ready = await retryDocker("exec", id, "wget", "-qO-", "http://127.0.0.1:9090/-/ready");
  expect(ready).toContain("Prometheus Server is Ready");
});

test("promtool accepts the generated prometheus.yml", { timeout: 60_000 }, async () => {
  const file = "/etc/prometheus/prometheus.yml";
  const options = ["--network", "none", "--volume", `${process.cwd()}/prometheus.yml:${file}:ro`];
  const output = await docker(
    "run",
    "--rm",
    ...options,
    "--entrypoint",
    "promtool",
    images.metrics,
    "check",
    "config",
    file,
  );
  expect(output).toContain("is valid prometheus config file syntax");
});

test(
  "the registry answers on port 5000, and reads its settings from the environment",
  { timeout: 60_000 },
  async () => {
    // The hash of the password "secret".
    const script =
      "echo 'u:$2y$05$ih9sG8BwOJJpWFi7iILvhuHq2MxDNqNXd6gKwd1NjBQRY3JhBu8My' > /tmp/htpasswd; exec /entrypoint.sh /etc/distribution/config.yml";
    const withoutLogin = await start(images.registry);
    expect(await retryDocker("exec", withoutLogin, "wget", "-qO-", "http://127.0.0.1:5000/v2/")).toBe("{}");
    const withLogin = await start(
      "--env",
      "REGISTRY_AUTH=htpasswd",
      "--env",
      "REGISTRY_AUTH_HTPASSWD_REALM=r",
      "--env",
      "REGISTRY_AUTH_HTPASSWD_PATH=/tmp/htpasswd",
      "--env",
      "REGISTRY_HTTP_ADDR=:5001",
      "--entrypoint",
      "sh",
      images.registry,
      "-c",
      script,
    );
    const answer = await retryDocker(
      "exec",
      withLogin,
      "sh",
      "-c",
      "wget -S -qO- http://127.0.0.1:5001/v2/ 2>&1 | grep -o 'HTTP/1.1 401'",
    );
    expect(answer).toContain("401");
  },
);
