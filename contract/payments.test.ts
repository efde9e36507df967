import { describe, expect, test } from "vitest";
import { type AppSpec, appNames, catalog, prefixOf, shopsIn } from "../apps/catalog.ts";
import { variableName } from "./names.ts";
import { paymentSecrets } from "./payment-secrets.ts";
import { paymentsFrom, replacedSecrets } from "./payments.ts";
import { UserError } from "./user-error.ts";

const apps: Readonly<Record<string, AppSpec>> = catalog;
const origin = "https://shop.example";
const shops = shopsIn(catalog);
/** The settings of one shop. */
const keysOf = (shop: string, key = "sk_live_1"): Readonly<Record<string, string>> => ({
  [variableName("STRIPE_SECRET_KEY", shop)]: key,
  [variableName("STRIPE_WEBHOOK_SECRET", shop)]: "whsec_1",
});

test("each shop has its own API key and its own webhook secret", () => {
  expect(shops).toEqual(appNames.filter((name) => apps[name]?.payments));
  const suffixes = shops.map((shop) => shop.replaceAll("-", "_").toUpperCase());
  expect(paymentSecrets).toEqual(
    suffixes.flatMap((suffix) => [`STRIPE_SECRET_KEY_${suffix}`, `STRIPE_WEBHOOK_SECRET_${suffix}`]),
  );
});

describe.each(shops)("the payment settings of a swarm, for %s", (shop) => {
  test("a shop with keys gets the files of its secrets, a shop without keys does not", () => {
    const { env, secrets } = paymentsFrom({ PUBLIC_ORIGIN: origin, ...keysOf(shop) });
    expect(env).toMatchObject({
      PUBLIC_ORIGIN: origin,
      ...Object.fromEntries(
        shops.flatMap((name) => [
          [variableName("PUBLIC_URL", name), `${origin}${prefixOf(apps[name]!)}`],
          [variableName("STRIPE_SECRET_KEY_FILE", name), name === shop ? "/run/secrets/stripe-secret-key" : ""],
          [variableName("STRIPE_WEBHOOK_SECRET_FILE", name), name === shop ? "/run/secrets/stripe-webhook-secret" : ""],
        ]),
      ),
    });
    expect(secrets).toHaveLength(2 * shops.length);
    expect(secrets.map(({ value }) => value).filter((value) => value !== "none")).toEqual(["sk_live_1", "whsec_1"]);
    for (const { name } of secrets) {
      expect(name).toMatch(/^wmd-[a-z0-9-]+-stripe-(?:secret-key|webhook-secret)-[0-9a-f]{12}$/u);
      expect(shops).toContain(name.slice("wmd-".length, name.lastIndexOf("-stripe-")));
      expect(Object.values(env)).toContain(name);
    }
    expect(JSON.stringify(env)).not.toMatch(/sk_live|whsec/u);
  });

  test("the name of a secret changes exactly when its value changes", () => {
    const named = (key: string) =>
      paymentsFrom({ PUBLIC_ORIGIN: origin, ...keysOf(shop, key) }).secrets.map(({ name }) => name);
    expect(named("sk_live_1")).toEqual(named("sk_live_1"));
    const changed = named("sk_live_2").filter((name, index) => name !== named("sk_live_1")[index]);
    expect(changed).toEqual([expect.stringContaining(`wmd-${shop}-stripe-secret-key-`)]);
  });

  test("only the secret of a replaced key counts as replaced", () => {
    const old = paymentsFrom({ PUBLIC_ORIGIN: origin, ...keysOf(shop) });
    const now = paymentsFrom({ PUBLIC_ORIGIN: origin, ...keysOf(shop, "sk_live_2") });
    const others = [`wmd-${shop}-secret-key`, "wmd-postgres-database-password", "somebody-elses"];
    const known = [...others, ...old.secrets, ...now.secrets].map((one) => (typeof one === "string" ? one : one.name));
    const keyOf = ({ secrets }: typeof old) =>
      secrets.find(({ name }) => name.startsWith(`wmd-${shop}-stripe-secret-key-`))?.name;
    expect(replacedSecrets(known, old)).toEqual([keyOf(now)]);
    expect(replacedSecrets(known, now)).toEqual([keyOf(old)]);
  });

  const key = variableName("STRIPE_SECRET_KEY", shop);
  test.each([
    { settings: { PUBLIC_ORIGIN: "", ...keysOf(shop) }, names: [shop, "PUBLIC_ORIGIN"] },
    {
      settings: { PUBLIC_ORIGIN: origin, [key]: "sk_live_1" },
      names: [shop, variableName("STRIPE_WEBHOOK_SECRET", shop)],
    },
  ])("$settings is refused, and the message names $names", refused);
});

describe("the payment settings of a swarm", () => {
  test("without settings every secret exists, and no variable points to one", () => {
    const { env, secrets } = paymentsFrom({ PUBLIC_ORIGIN: "" });
    expect(secrets).toHaveLength(2 * shops.length);
    expect(env).not.toHaveProperty("PUBLIC_ORIGIN");
    for (const [name, value] of Object.entries(env))
      if (!name.includes("_NAME_")) expect([name, value]).toEqual([name, ""]);
  });

  test.each([
    { settings: { PUBLIC_ORIGIN: `${origin}/` }, names: ["PUBLIC_ORIGIN", `"${origin}/"`] },
    { settings: { PUBLIC_ORIGIN: "shop.example" }, names: ["PUBLIC_ORIGIN", '"shop.example"'] },
  ])("$settings is refused, and the message names $names", refused);
});

interface Refused {
  readonly settings: Parameters<typeof paymentsFrom>[0];
  readonly names: readonly string[];
}

function refused({ settings, names }: Refused): void {
  expect(() => paymentsFrom(settings)).toThrow(UserError);
  for (const name of names) expect(() => paymentsFrom(settings)).toThrow(name);
}
