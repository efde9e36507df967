/** Needs an engine that holds the stand-ins: does each keep what it promises? */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { images } from "../../contract/base-images.ts";
import { type StandIn, standInLabel, standIns } from "./stand-in.ts";

const run = promisify(execFile);
const docker = async (...args: string[]): Promise<string> => {
  const { stdout, stderr } = await run("docker", args);
  // A container's log comes on both.
  return args[0] === "logs" ? stdout + stderr : stdout;
};
const started: string[] = [];
const start = async (...args: string[]): Promise<string> => {
  const id = (await docker("run", "--detach", ...args)).trim();
  started.push(id);
  return id;
};
/** The first answer that is not an error. */
const eventually = async (...args: string[]): Promise<string> => {
  for (const until = Date.now() + 60_000; ; await sleep(200)) {
    try {
      return await docker(...args);
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
};

afterAll(async () => {
  if (started.length > 0) await docker("rm", "--force", "--volumes", ...started);
});

describe.each(Object.entries<StandIn>(standIns))("%s", (image, { promises, config }) => {
  test.concurrent.each([...promises])("$run", { timeout: 120_000 }, async ({ run: command, gives, user }) => {
    const as = user ? ["--user", user] : [];
    expect(await docker("run", "--rm", "--pull", "never", ...as, "--entrypoint", "sh", image, "-c", command)).toMatch(
      gives,
    );
  });

  test("is configured like the real one, and says that it is not", async () => {
    const [found] = JSON.parse(await docker("image", "inspect", image)) as [{ Config: Record<string, unknown> }];
    const { ports = [], volumes = [], ...fields } = config;
    expect(found.Config).toMatchObject({ ...fields, Labels: { [standInLabel]: "true" } });
    expect(Object.keys((found.Config["ExposedPorts"] as object | undefined) ?? {})).toEqual(ports);
    expect(Object.keys((found.Config["Volumes"] as object | undefined) ?? {})).toEqual(volumes);
    expect(found.Config["User"] ?? "").toBe(config.User ?? "");
  });
});

test("nginx serves on 80, reads conf.d, and ends at once when asked", { timeout: 60_000 }, async () => {
  const id = await start("nginx:1.30-alpine");
  expect(await eventually("exec", id, "wget", "-qO-", "http://127.0.0.1/")).toContain("Welcome to nginx");
  const began = Date.now();
  await docker("stop", id);
  expect(Date.now() - began).toBeLessThan(5_000);
});

test("postgres makes the user, the database and what initdb.d says, and listens", { timeout: 120_000 }, async () => {
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
    "postgres:17-alpine",
    "-c",
    script,
  );
  // While it initialises, it listens on its own socket only.
  const address = "127.0.0.1";
  await eventually("exec", id, "pg_isready", "--host", address, "--username", "shop", "--dbname", "store");
  const ask = (...args: string[]) =>
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
  expect(await ask("--command", "select n from t")).toBe("42\n");
  expect(await ask("--command", "show data_checksums")).toBe("on\n");
  expect(await ask("--command", "show listen_addresses")).toBe("*\n");
  expect(await docker("exec", id, "sh", "-c", "stat -c %u /proc/1 $PGDATA")).toBe("70\n70\n");
  await docker("restart", id);
  await eventually("exec", id, "pg_isready", "--host", address, "--username", "shop");
  expect(await docker("logs", id)).toContain("Skipping initialization");
});

test("postgres asks for a password", { timeout: 60_000 }, async () => {
  await expect(docker("run", "--rm", "postgres:17-alpine")).rejects.toThrow(/superuser password is not specified/u);
});

test("prometheus serves on 9090 with a read-only root", { timeout: 60_000 }, async () => {
  const id = await start("--read-only", "--cap-drop", "ALL", "--user", "65534:65534", images.metrics);
  const ready = await eventually("exec", id, "wget", "-qO-", "http://127.0.0.1:9090/-/ready");
  expect(ready).toContain("Prometheus Server is Ready");
});

test("promtool accepts the configuration that is generated", { timeout: 60_000 }, async () => {
  const file = "/etc/prometheus/prometheus.yml";
  const mounted = ["--network", "none", "--volume", `${process.cwd()}/prometheus.yml:${file}:ro`];
  const said = await docker(
    "run",
    "--rm",
    ...mounted,
    "--entrypoint",
    "promtool",
    images.metrics,
    "check",
    "config",
    file,
  );
  expect(said).toContain("is valid prometheus config file syntax");
});

test("the registry answers on 5000, and honours its environment", { timeout: 60_000 }, async () => {
  // The hash is of "secret".
  const script =
    "echo 'u:$2y$05$ih9sG8BwOJJpWFi7iILvhuHq2MxDNqNXd6gKwd1NjBQRY3JhBu8My' > /tmp/htpasswd; exec /entrypoint.sh /etc/distribution/config.yml";
  const open = await start("registry:3");
  expect(await eventually("exec", open, "wget", "-qO-", "http://127.0.0.1:5000/v2/")).toBe("{}");
  const closed = await start(
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
    "registry:3",
    "-c",
    script,
  );
  const answer = await eventually(
    "exec",
    closed,
    "sh",
    "-c",
    "wget -S -qO- http://127.0.0.1:5001/v2/ 2>&1 | grep -o 'HTTP/1.1 401'",
  );
  expect(answer).toContain("401");
});
