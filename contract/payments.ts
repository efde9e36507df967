/** The settings of the shops' payments, checked and turned into secrets and variables of the swarm's stack. Pure. */
import { createHash } from "node:crypto";
import { catalog, shopsIn } from "../apps/catalog.ts";
import { stackName, variableName } from "./names.ts";
import { type PaymentSecret, shopSecrets, shopPrefix } from "./payment-secrets.ts";
import { type StripeSetting, secretFile } from "./stripe-settings.ts";
import { UserError } from "./user-error.ts";

export type PaymentSettings = { readonly PUBLIC_ORIGIN: string } & Readonly<Partial<Record<PaymentSecret, string>>>;

export interface SwarmSecret {
  readonly name: string;
  readonly value: string;
}

/** The variables that the stack file interpolates, and the secrets that they name. */
export interface Payments {
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly SwarmSecret[];
}

/**
 * A secret of a swarm cannot be changed, so its name ends in a hash of its value. The stack file names every secret,
 * so a setting that is empty becomes a secret with the value `none`, which no variable points to.
 * @throws UserError that names the missing or malformed setting
 */
export function paymentsFrom(settings: PaymentSettings): Payments {
  const origin = settings.PUBLIC_ORIGIN;
  checkOrigin(origin);
  for (const shop of shopsIn(catalog)) checkComplete(shop, settings);
  const secrets = shopSecrets.map(({ shop, setting, name }) => {
    const value = settings[name] || "none";
    const hash = createHash("sha256").update(value).digest("hex").slice(0, 12);
    return { shop, setting, given: value !== "none", value, name: `${secretPrefix(shop, setting)}${hash}` };
  });
  return {
    secrets: secrets.map(({ name, value }) => ({ name, value })),
    env: {
      ...(origin === "" ? {} : { PUBLIC_ORIGIN: origin }),
      ...Object.fromEntries(
        secrets.flatMap(({ shop, setting, given, name }) => [
          [variableName("PUBLIC_URL", shop), origin && `${origin}${shopPrefix(shop)}`],
          [variableName(`${setting}_NAME`, shop), name],
          [variableName(`${setting}_FILE`, shop), given ? `/run/secrets/${secretFile(setting)}` : ""],
        ]),
      ),
    },
  };
}

const secretPrefix = (shop: string, setting: StripeSetting): string => `${stackName}-${shop}-${secretFile(setting)}-`;

/** @throws UserError if it is neither empty nor a scheme and a host */
export function checkOrigin(origin: string): void {
  if (/^(?:https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d+)?)?$/iu.test(origin)) return;
  throw new UserError(
    `PUBLIC_ORIGIN is ${JSON.stringify(origin)}, which is not an origin`,
    "Set it to a scheme and a host, such as https://shop.example, without a path or a slash at the end",
  );
}

/** A shop has all of its settings or none. */
function checkComplete(shop: string, settings: PaymentSettings): void {
  const names = shopSecrets.filter((one) => one.shop === shop).map(({ name }) => name);
  if (names.every((name) => !settings[name])) return;
  const missing = [...names, "PUBLIC_ORIGIN" as const].filter((name) => !settings[name]);
  if (missing.length > 0)
    throw new UserError(
      `The payments of ${shop} are set up in part: ${missing.join(", ")} not set`,
      "Set all settings of the shop or none; docs/pipeline.md lists them",
    );
}

/** The payment secrets among those of the swarm that no service uses any more. */
export const replacedSecrets = (known: readonly string[], { secrets }: Payments): readonly string[] =>
  known.filter(
    (name) =>
      shopSecrets.some(({ shop, setting }) => name.startsWith(secretPrefix(shop, setting))) &&
      !secrets.some((current) => current.name === name),
  );
