/** The stack's secrets in the swarm's own store. */
import { randomBytes } from "node:crypto";
import { catalog } from "../../apps/catalog.ts";
import { stackName } from "../../contract/names.ts";
import { type Payments, replacedSecrets } from "../../contract/payments.ts";
import { stackSecrets } from "../../workflows-src/stack/swarm.ts";
import type { Effects } from "../core/effects.ts";
import { swarm } from "../docker/swarm.ts";

type Env = Readonly<Record<string, string>>;

const knownSecrets = async (remote: Env, fx: Effects): Promise<readonly string[]> =>
  (await fx.output(swarm.secrets, { env: remote })).split("\n").filter(Boolean);

/** Stripe's as they were given; the others random, made once, known to the swarm alone. */
export async function ensureSecrets({ secrets }: Payments, remote: Env, fx: Effects): Promise<void> {
  const known = await knownSecrets(remote, fx);
  const random = stackSecrets(catalog).map((secret) => ({
    name: `${stackName}-${secret}`,
    value: randomBytes(32).toString("hex"),
  }));
  for (const { name, value } of [...random, ...secrets].filter((secret) => !known.includes(secret.name))) {
    await fx.output(swarm.createSecret(name), { env: remote, input: value });
    fx.log(`  ✓ secret ${name} made`);
  }
}

/** Keys of Stripe's that were replaced: no service names them any more. */
export async function forgetSecrets(payments: Payments, remote: Env, fx: Effects): Promise<void> {
  for (const name of replacedSecrets(await knownSecrets(remote, fx), payments)) {
    await fx.output(swarm.removeSecret(name), { env: remote });
    fx.log(`  ✓ secret ${name} removed, which was replaced`);
  }
}
