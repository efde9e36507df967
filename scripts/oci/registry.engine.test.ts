/** Against a real registry and a real engine: what is pushed is what is pulled. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type RegistryKind,
  type TestRegistry,
  credentials,
  registryKinds,
  testRegistry,
} from "../../tests/registry.ts";
import { createEffects } from "../core/effects.ts";
import { disk } from "../core/files.ts";
import { type Layout, readLayout } from "./layout.ts";
import { registryClient } from "./registry.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
const repository = "wmd/registry-test";

describe("a real registry", () => {
  let folder: string;
  let layout: Layout;
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "registry-engine-"));
    await mkdir(join(folder, "context"));
    await writeFile(join(folder, "context/Dockerfile"), 'FROM scratch\nCOPY hello /hello\nCMD ["/hello"]\n');
    await writeFile(join(folder, "context/hello"), "hello");
    const output = `type=oci,dest=${join(folder, "oci")},tar=false`;
    await fx.output([
      "docker",
      "buildx",
      "build",
      "--quiet",
      "--provenance=mode=max",
      "--output",
      output,
      join(folder, "context"),
    ]);
    layout = await readLayout(join(folder, "oci"), disk);
  });
  afterAll(async () => {
    for (const end of endings.toReversed()) await end();
    await rm(folder, { recursive: true });
  });

  async function started(kind: RegistryKind): Promise<TestRegistry> {
    const registry = await testRegistry(fx, kind);
    endings.push(registry.stop);
    return registry;
  }

  test.each(registryKinds)("gives back what was pushed (%s)", async (kind) => {
    const { host, client: registry } = await started(kind);
    expect(await registry.resolve(repository, "latest")).toBeUndefined();
    expect(await registry.push(repository, layout)).toBe(layout.digest);
    expect(await registry.resolve(repository, "latest")).toBeUndefined();
    await registry.tag(repository, layout.digest, "latest");
    expect(await registry.resolve(repository, "latest")).toBe(layout.digest);

    // A configuration of its own: what the machine is logged in to stays as it is.
    const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
    await writeFile(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
    const image = `${host}/${repository}@${layout.digest}`;
    endings.push(() => fx.tryRun(["docker", "rmi", image]));
    await fx.output(["docker", "--config", folder, "pull", "--quiet", image]);
    const names: unknown = JSON.parse(
      await fx.output(["docker", "image", "inspect", "--format", "{{json .RepoDigests}}", image]),
    );
    expect(names).toContain(image);
  });

  test("keeps a document under a tag that moves", async () => {
    const { client } = await started("open");
    const type = "application/vnd.wmd.test.v1+json";
    expect(await client.document(repository, "latest", type)).toBeUndefined();
    for (const text of ["{}", '{"release":2}']) {
      const digest = await client.pushDocument(repository, type, Buffer.from(text));
      await client.tag(repository, digest, "latest");
      expect(await client.document(repository, "latest", type)).toEqual({
        digest,
        bytes: new Uint8Array(Buffer.from(text)),
      });
    }
    await client.push(repository, layout);
    await expect(client.document(repository, layout.digest, type)).rejects.toThrow(type);
    expect(await client.platforms(repository, layout.digest)).toEqual([layout.configuration.platform]);
  });

  test("a public one answers everybody, and asks for a login before it is written, and before an engine pulls", async () => {
    const { host, client } = await started("public");
    const anonymous = registryClient(host);
    await expect(anonymous.push(repository, layout)).rejects.toThrow(/asks for a login/u);
    await client.push(repository, layout);
    expect(await anonymous.digest(repository, layout.digest)).toBe(layout.digest);
    await expect(anonymous.tag(repository, layout.digest, "latest")).rejects.toThrow(/asks for a login/u);
    const loggedOut = await mkdtemp(join(folder, "logged-out-"));
    const pull = await fx.tryRun(["docker", "--config", loggedOut, "pull", `${host}/${repository}@${layout.digest}`]);
    expect(pull.stderr).toMatch(/no basic auth credentials|unauthorized/u);
  });

  test("a wrong password is a refused login", async () => {
    const { host } = await started("locked");
    const registry = registryClient(host, { credentials: { ...credentials, password: "sesame" } });
    await expect(registry.push(repository, layout)).rejects.toThrow(/refused the login/u);
  });
});
