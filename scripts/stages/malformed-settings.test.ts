/** The settings of a deployment are checked before anything is built. */
import { expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { recordingEffects } from "../core/recording-effects.ts";
import { currentInputs } from "../proofs/current-inputs.ts";
import { plan } from "./plan.ts";

const unset = { DOCKER_USERNAME: "", DEPLOY_HOST: "", PUBLIC_ORIGIN: "", TRUSTED_PROXIES: "" };

test.each([
  { TRUSTED_PROXIES: "10.0.0.0/8, balancer" },
  { PUBLIC_ORIGIN: "shop.example" },
  { PUBLIC_ORIGIN: 'https://x"' },
])("the stage plan refuses %j, and runs no command", async (settings) => {
  const { fx, commands } = recordingEffects({});
  const inputs = { fresh: false, settings: { ...unset, ...settings } };
  const failure: unknown = await plan({ kind: "laptop" }, inputs, currentInputs(fx), fx).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(UserError);
  expect(String(failure)).toContain(Object.keys(settings)[0]);
  expect(commands).toEqual([]);
});
