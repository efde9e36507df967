/** The commands of our compose projects beside a project of the user, whose name the environment gives to every project. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { images } from "../../contract/base-images.ts";
import type { Command } from "../core/command.ts";
import { createEffects } from "../core/effects.ts";
import { compose, placeholders, testProject } from "./compose.ts";

const machine = createEffects({ env: process.env, terminal: process.stderr });
const shop = `shop-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), "wmd-compose-"));
const [shopFolder, ourFolder] = [join(folder, "shop"), join(folder, "ours")];

/** A stack with the service and the volume of a database, as both projects have them. */
const stack = (name: string) =>
  stringify({
    name,
    services: { postgres: { image: images.proxy, volumes: ["postgres-data:/data"], stop_grace_period: "0s" } },
    volumes: { "postgres-data": {} },
  });

/** As a person calls compose: in the folder of the stack, without any option. */
const asUser = (...args: readonly string[]) =>
  machine.output(["docker", "compose", ...args], { cwd: shopFolder, env: { COMPOSE_PROJECT_NAME: shop } });

beforeAll(async () => {
  for (const path of [shopFolder, ourFolder]) mkdirSync(path);
  writeFileSync(join(shopFolder, "compose.yml"), stack(shop));
  writeFileSync(join(ourFolder, testProject.file), stack(testProject.name));
  await asUser("up", "--detach");
  await asUser("exec", "--no-TTY", "postgres", "sh", "-c", "echo precious > /data/orders");
});
afterAll(async () => {
  await machine.cleanUp(["docker", "compose", "--project-name", shop, "down", "--volumes"], { cwd: shopFolder });
  await machine.cleanUp(compose.down(testProject, { volumes: true }), { cwd: ourFolder, env: placeholders });
  rmSync(folder, { recursive: true });
});

const composeSettings = {
  COMPOSE_PROJECT_NAME: shop,
  COMPOSE_FILE: join(shopFolder, "compose.yml"),
  COMPOSE_PROFILES: "*",
};
const dotEnv = Object.entries(composeSettings)
  .map(([name, value]) => `${name}=${value}\n`)
  .join("");

test.each([
  ["the shell", composeSettings, ""],
  ["a .env", {}, dotEnv],
  ["a file named by COMPOSE_ENV_FILES", { COMPOSE_ENV_FILES: join(ourFolder, "shop.env") }, ""],
])("a project named by %s keeps its containers and data", async (_, settings, dotEnvContent) => {
  writeFileSync(join(ourFolder, "shop.env"), dotEnv);
  writeFileSync(join(ourFolder, ".env"), dotEnvContent);
  const fx = createEffects({ env: { ...process.env, ...settings }, terminal: process.stderr });
  const run = (command: Command) => fx.output(command, { cwd: ourFolder, env: placeholders });
  const before = await asUser("ps", "--quiet", "postgres");

  await run(compose.down(testProject, { volumes: true }));
  await run(compose.up(testProject));
  const ours = await run(compose.ids(testProject, "postgres"));
  await run(compose.down(testProject, { volumes: true }));

  expect(ours.trim()).not.toBe("");
  expect(ours).not.toBe(before);
  expect(await asUser("ps", "--quiet", "postgres")).toBe(before);
  expect(await asUser("exec", "--no-TTY", "postgres", "cat", "/data/orders")).toBe("precious\n");
});
