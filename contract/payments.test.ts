import { describe, expect, test } from "vitest";
import { catalog, prefixOf, shopsIn } from "../apps/catalog.ts";
import { paymentSecrets } from "./payment-secrets.ts";
import { paymentsFrom, replacedSecrets } from "./payments.ts";
import { UserError } from "./user-error.ts";

const rocket = {
  STRIPE_SECRET_KEY_ROCKET_ECOMMERCE: "sk_live_1",
  STRIPE_WEBHOOK_SECRET_ROCKET_ECOMMERCE: "whsec_1",
} as const;
const origin = "https://shop.example";
const shops = shopsIn(catalog);

test("each shop has its own API key and its own webhook secret", () => {
  const suffixes = shops.map((shop) => shop.replaceAll("-", "_").toUpperCase());
  expect(suffixes).toEqual(expect.arrayContaining(["ECOMMERCE_FLASK", "ROCKET_ECOMMERCE"]));
  expect(paymentSecrets).toEqual(
    suffixes.flatMap((suffix) => [`STRIPE_SECRET_KEY_${suffix}`, `STRIPE_WEBHOOK_SECRET_${suffix}`]),
  );
});

describe("the payment settings of a swarm", () => {
  test("a shop with keys gets the files of its secrets, a shop without keys does not", () => {
    const { env, secrets } = paymentsFrom({ PUBLIC_ORIGIN: origin, ...rocket });
    expect(env).toMatchObject({
      PUBLIC_ORIGIN: origin,
      PUBLIC_URL_ROCKET_ECOMMERCE: `${origin}${prefixOf(catalog["rocket-ecommerce"])}`,
      PUBLIC_URL_ECOMMERCE_FLASK: `${origin}${prefixOf(catalog["ecommerce-flask"])}`,
      STRIPE_SECRET_KEY_FILE_ROCKET_ECOMMERCE: "/run/secrets/stripe-secret-key",
      STRIPE_WEBHOOK_SECRET_FILE_ROCKET_ECOMMERCE: "/run/secrets/stripe-webhook-secret",
      STRIPE_SECRET_KEY_FILE_ECOMMERCE_FLASK: "",
      STRIPE_WEBHOOK_SECRET_FILE_ECOMMERCE_FLASK: "",
    });
    expect(secrets).toHaveLength(2 * shops.length);
    expect(secrets.map(({ value }) => value).filter((value) => value !== "none")).toEqual(["sk_live_1", "whsec_1"]);
    for (const { name } of secrets) {
      expect(name).toMatch(/^wmd-[a-z-]+-stripe-(?:secret-key|webhook-secret)-[0-9a-f]{12}$/u);
      expect(shops).toContain(name.slice("wmd-".length, name.indexOf("-stripe-")));
      expect(Object.values(env)).toContain(name);
    }
    expect(JSON.stringify(env)).not.toMatch(/sk_live|whsec/u);
  });

  test("without settings every secret exists, and no variable points to one", () => {
    const { env, secrets } = paymentsFrom({ PUBLIC_ORIGIN: "" });
    expect(secrets).toHaveLength(2 * shops.length);
    expect(env).not.toHaveProperty("PUBLIC_ORIGIN");
    for (const [name, value] of Object.entries(env))
      if (!name.includes("_NAME_")) expect([name, value]).toEqual([name, ""]);
  });

  test("the name of a secret changes exactly when its value changes", () => {
    const named = (key: string) =>
      paymentsFrom({ PUBLIC_ORIGIN: origin, ...rocket, STRIPE_SECRET_KEY_ROCKET_ECOMMERCE: key }).secrets.map(
        ({ name }) => name,
      );
    expect(named("sk_live_1")).toEqual(named("sk_live_1"));
    const changed = named("sk_live_2").filter((name, index) => name !== named("sk_live_1")[index]);
    expect(changed).toEqual([expect.stringContaining("wmd-rocket-ecommerce-stripe-secret-key-")]);
  });

  test("only the secret of a replaced key counts as replaced", () => {
    const old = paymentsFrom({ PUBLIC_ORIGIN: origin, ...rocket });
    const now = paymentsFrom({ PUBLIC_ORIGIN: origin, ...rocket, STRIPE_SECRET_KEY_ROCKET_ECOMMERCE: "sk_live_2" });
    const others = ["wmd-rocket-ecommerce-secret-key", "wmd-postgres-database-password", "somebody-elses"];
    const known = [...others, ...old.secrets, ...now.secrets].map((one) => (typeof one === "string" ? one : one.name));
    const keyOf = ({ secrets }: typeof old) =>
      secrets.find(({ name }) => name.startsWith("wmd-rocket-ecommerce-stripe-secret-key-"))?.name;
    expect(replacedSecrets(known, old)).toEqual([keyOf(now)]);
    expect(replacedSecrets(known, now)).toEqual([keyOf(old)]);
  });

  test.each([
    { settings: { PUBLIC_ORIGIN: "", ...rocket }, names: ["rocket-ecommerce", "PUBLIC_ORIGIN"] },
    {
      settings: { PUBLIC_ORIGIN: origin, STRIPE_SECRET_KEY_ECOMMERCE_FLASK: "sk_live_1" },
      names: ["ecommerce-flask", "STRIPE_WEBHOOK_SECRET_ECOMMERCE_FLASK"],
    },
    { settings: { PUBLIC_ORIGIN: `${origin}/` }, names: ["PUBLIC_ORIGIN", `"${origin}/"`] },
    { settings: { PUBLIC_ORIGIN: "shop.example" }, names: ["PUBLIC_ORIGIN", '"shop.example"'] },
  ])("$settings is refused, and the message names $names", ({ settings, names }) => {
    expect(() => paymentsFrom(settings)).toThrow(UserError);
    for (const name of names) expect(() => paymentsFrom(settings)).toThrow(name);
  });
});
