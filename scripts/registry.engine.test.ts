/** Against a real registry and a real engine: what is pushed is what is pulled. Skipped where there is no engine that exports OCI layouts. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEffects } from "./effects.ts";
import { images } from "./images.ts";
import { type Layout, readLayout } from "./oci-layout.ts";
import { registryClient } from "./registry.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
const engine = await fx.attempt(["docker", "info", "--format", "{{json .DriverStatus}}"]);
const exportsLayouts = engine.code === 0 && engine.stdout.includes("io.containerd.snapshotter");

const credentials = { username: "publisher", password: "open sesame" };
/** `htpasswd -nbB publisher "open sesame"`: registries read nothing but bcrypt. */
const htpasswd = "publisher:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n";
const repository = "wmd/registry-test";

describe.skipIf(!exportsLayouts)("a real registry", () => {
  let folder: string;
  let layout: Layout;
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "registry-engine-"));
    await mkdir(join(folder, "context"));
    await writeFile(join(folder, "context/Dockerfile"), 'FROM scratch\nCOPY hello /hello\nCMD ["/hello"]\n');
    await writeFile(join(folder, "context/hello"), "hello");
    await writeFile(join(folder, "htpasswd"), htpasswd);
    const output = `type=oci,dest=${join(folder, "oci")},tar=false`;
    await fx.capture([
      "docker",
      "buildx",
      "build",
      "--quiet",
      "--provenance=mode=max",
      "--output",
      output,
      join(folder, "context"),
    ]);
    layout = await readLayout(join(folder, "oci"));
  });
  afterAll(async () => {
    for (const end of endings.toReversed()) await end();
    await rm(folder, { recursive: true });
  });

  /** On a free port of loopback; gives its host. */
  async function start(locked: boolean): Promise<string> {
    const settings = {
      REGISTRY_AUTH: "htpasswd",
      REGISTRY_AUTH_HTPASSWD_REALM: "test",
      REGISTRY_AUTH_HTPASSWD_PATH: "/htpasswd",
    };
    const environment = locked
      ? Object.entries(settings).flatMap(([name, value]) => ["--env", `${name}=${value}`])
      : [];
    const id = (
      await fx.capture(["docker", "create", "--publish", "127.0.0.1::5000", ...environment, images.registry])
    ).trim();
    endings.push(() => fx.attempt(["docker", "rm", "--force", "--volumes", id]));
    await fx.capture(["docker", "cp", join(folder, "htpasswd"), `${id}:/htpasswd`]);
    await fx.capture(["docker", "start", id]);
    const host = (await fx.capture(["docker", "port", id, "5000/tcp"])).trim();
    for (let tries = 0; tries < 50; tries++) {
      if (
        await fetch(`http://${host}/v2/`).then(
          ({ status }) => status === 200 || status === 401,
          () => false,
        )
      )
        return host;
      await sleep(100);
    }
    throw new Error(`${host} does not answer: ${(await fx.attempt(["docker", "logs", id])).stderr}`);
  }

  test.each([{ locked: false }, { locked: true }])(
    "gives back what was pushed (with a password: $locked)",
    async ({ locked }) => {
      const host = await start(locked);
      const registry = registryClient(host, locked ? { credentials } : {});
      expect(await registry.resolve(repository, "latest")).toBeUndefined();
      expect(await registry.push(repository, layout)).toBe(layout.digest);
      expect(await registry.resolve(repository, "latest")).toBeUndefined();
      await registry.tag(repository, layout.digest, "latest");
      expect(await registry.resolve(repository, "latest")).toBe(layout.digest);

      // A configuration of its own: what the machine is logged in to stays as it is.
      const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
      await writeFile(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
      const image = `${host}/${repository}@${layout.digest}`;
      endings.push(() => fx.attempt(["docker", "rmi", image]));
      await fx.capture(["docker", "--config", folder, "pull", "--quiet", image]);
      const names: unknown = JSON.parse(
        await fx.capture(["docker", "image", "inspect", "--format", "{{json .RepoDigests}}", image]),
      );
      expect(names).toContain(image);
    },
  );

  test("a wrong password is a refused login", async () => {
    const registry = registryClient(await start(true), { credentials: { ...credentials, password: "sesame" } });
    await expect(registry.push(repository, layout)).rejects.toThrow(/refused the login/u);
  });
});
