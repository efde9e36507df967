import { expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { usualPorts } from "../../contract/ports.ts";
import { recordingEffects } from "../core/recording-effects.ts";
import { start } from "./start.ts";

test("a malformed TRUSTED_PROXIES is refused before any command runs", async () => {
  const { fx, commands } = recordingEffects({}, { env: { TRUSTED_PROXIES: "10.0.0.0/33" } });
  const ports = { "http-port": usualPorts.http, "port-base": usualPorts.base };
  const flags = { swarm: false, "no-engine": true, fresh: false, "dry-run": false };
  const failure: unknown = await start
    .run({ options: { ...ports, ...flags, registry: undefined }, args: {} } as never, fx)
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(String(failure)).toContain("10.0.0.0/33");
  expect(commands).toEqual([]);
});
