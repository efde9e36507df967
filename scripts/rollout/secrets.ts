/** The stack's secrets in the swarm's own store. */
import { randomBytes } from "node:crypto";
import { catalog } from "../../apps/catalog.ts";
import { stackName } from "../../contract/names.ts";
import { type Payments, replacedSecrets } from "../../contract/payments.ts";
import { stackSecrets } from "../../contract/stack-secrets.ts";
import type { Effects } from "../core/effects.ts";
import { swarm } from "../docker/swarm.ts";

const knownSecrets = async (fx: Effects): Promise<readonly string[]> =>
  (await fx.output(swarm.secrets)).split("\n").filter(Boolean);

/** Creates the secrets that are missing: Stripe's with the values given, the others with random ones that only the swarm knows. */
export async function createSecrets({ secrets }: Payments, fx: Effects): Promise<void> {
  const known = await knownSecrets(fx);
  const random = stackSecrets(catalog).map((secret) => ({
    name: `${stackName}-${secret}`,
    value: randomBytes(32).toString("hex"),
  }));
  for (const { name, value } of [...random, ...secrets].filter((secret) => !known.includes(secret.name))) {
    await fx.output(swarm.createSecret(name), { input: value });
    fx.log(`  ✓ secret ${name} created`);
  }
}

/** Removes Stripe's secrets that no service names any more, since they were replaced. */
export async function removeReplacedSecrets(payments: Payments, fx: Effects): Promise<void> {
  for (const name of replacedSecrets(await knownSecrets(fx), payments)) {
    await fx.output(swarm.removeSecret(name));
    fx.log(`  ✓ secret ${name} removed: it was replaced`);
  }
}
