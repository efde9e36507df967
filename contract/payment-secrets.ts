/** The secrets that the repository holds for the shops: one for each shop and Stripe setting. Pure. */
import { type AppName, type AppSpec, catalog, prefixOf, shopsIn } from "../apps/catalog.ts";
import { variableName } from "./names.ts";
import { type StripeSetting, stripeSettings } from "./stripe-settings.ts";

type Underscored<Text extends string> = Text extends `${infer Head}-${infer Rest}`
  ? `${Head}_${Underscored<Rest>}`
  : Text;
type Shop = {
  [Name in AppName]: (typeof catalog)[Name] extends { readonly payments: true } ? Name : never;
}[AppName];

/** `STRIPE_SECRET_KEY_ROCKET_ECOMMERCE` */
export type PaymentSecret = `${StripeSetting}_${Uppercase<Underscored<Shop>>}`;

/** Each Stripe setting of each shop, with the name of its secret. */
export const shopSecrets = shopsIn(catalog).flatMap((shop) =>
  stripeSettings.map((setting) => ({ shop, setting, name: variableName(setting, shop) as PaymentSecret })),
);

export const paymentSecrets: readonly PaymentSecret[] = shopSecrets.map(({ name }) => name);

const apps: Readonly<Record<string, AppSpec>> = catalog;
/** The path prefix of the pages of a shop. */
export const shopPrefix = (shop: string): string => (apps[shop] ? prefixOf(apps[shop]) : "");
