/** Applications that take payments, and what each is told of Stripe. Pure. */
import { createHash } from "node:crypto";
import { type AppName, type AppSpec, catalog, prefixOf, shopsIn } from "../apps/catalog.ts";
import { stackName, variableName } from "./names.ts";
import { type StripeSetting, secretFile, stripeSettings } from "./stripe-settings.ts";
import { UserError } from "./user-error.ts";

type Underscored<Text extends string> = Text extends `${infer Head}-${infer Rest}`
  ? `${Head}_${Underscored<Rest>}`
  : Text;
type Shop = {
  [Name in AppName]: (typeof catalog)[Name] extends { readonly payments: true } ? Name : never;
}[AppName];

/** As the operator gives them: `STRIPE_SECRET_KEY_ROCKET_ECOMMERCE`. */
export type PaymentSecret = `${StripeSetting}_${Uppercase<Underscored<Shop>>}`;

const catalogued: Readonly<Record<string, AppSpec>> = catalog;
/** The path prefix of a shop's pages. */
export const shopPrefix = (shop: string): string => (catalogued[shop] ? prefixOf(catalogued[shop]) : "");

/** Each Stripe setting of each shop, with the name of its secret. */
export const shopSecrets = shopsIn(catalog).flatMap((shop) =>
  stripeSettings.map((setting) => ({ shop, setting, name: variableName(setting, shop) as PaymentSecret })),
);
export const paymentSecrets: readonly PaymentSecret[] = shopSecrets.map(({ name }) => name);

export type PaymentSettings = { readonly PUBLIC_ORIGIN: string } & Readonly<Partial<Record<PaymentSecret, string>>>;

export interface SwarmSecret {
  readonly name: string;
  readonly value: string;
}

/** The stack's environment, and the secrets that it names. */
export interface Payments {
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly SwarmSecret[];
}

/**
 * A swarm's secret cannot change, so that its name carries a hash of what is in it. Every service names its secrets,
 * given or not: what was not given is a secret that says so, and that no setting points at.
 * Throws UserError for what cannot work, and names it.
 */
export function paymentsFrom(settings: PaymentSettings): Payments {
  const origin = settings.PUBLIC_ORIGIN;
  if (!/^(?:https?:\/\/[^/?#\s]+)?$/u.test(origin))
    throw new UserError(
      `PUBLIC_ORIGIN is ${JSON.stringify(origin)}, which is no origin`,
      "Give scheme and host, such as https://shop.example, without a path or a slash at the end",
    );
  for (const shop of shopsIn(catalog)) {
    const missing = [
      ...shopSecrets.filter((one) => one.shop === shop && !settings[one.name]).map(({ name }) => name),
      ...(origin === "" ? ["PUBLIC_ORIGIN"] : []),
    ];
    const given = shopSecrets.some((one) => one.shop === shop && settings[one.name]);
    if (given && missing.length > 0)
      throw new UserError(
        `${shop} has some of Stripe's settings, and not ${missing.join(", ")}`,
        "Set all of them, or none: docs/pipeline.md says where",
      );
  }
  const secrets = shopSecrets.map(({ shop, setting, name }) => {
    const value = settings[name] || "none";
    const hash = createHash("sha256").update(value).digest("hex").slice(0, 12);
    return {
      shop,
      setting,
      given: value !== "none",
      value,
      name: `${stackName}-${shop}-${secretFile(setting)}-${hash}`,
    };
  });
  return {
    secrets: secrets.map(({ name, value }) => ({ name, value })),
    env: {
      ...(origin === "" ? {} : { PUBLIC_SCHEME: origin.split(":")[0] ?? "" }),
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

/** Of the secrets that a swarm knows, those of Stripe's that no service names any more. */
export const replacedSecrets = (known: readonly string[], { secrets }: Payments): readonly string[] =>
  known.filter(
    (name) =>
      shopSecrets.some(({ shop, setting }) => name.startsWith(`${stackName}-${shop}-${secretFile(setting)}-`)) &&
      !secrets.some((current) => current.name === name),
  );
