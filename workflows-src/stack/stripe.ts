/** Stripe in the test stack: a fake that the shops use, and stripe-mock, which checks what the fake accepts. Pure. */
import { type AppSpec, type Catalog, prefixOf, shopsIn } from "../../apps/catalog.ts";
import { images } from "../../contract/base-images.ts";
import { tmpfs } from "./resources.ts";
import { hardened } from "./services.ts";

/** The service of the fake. */
export const stripeFake = "stripe-fake";
const origin = `http://${stripeFake}:12111`;
const proxy = "http://reverse-proxy";
const mockNetwork = "stripe-mock";
const mockCoupons = "http://127.0.0.1:12111/v1/coupons";

/** Only one shop and the fake are in this network, so that shops cannot reach each other. */
export const stripeNetwork = (shop: string): string => `${shop}-stripe`;

/** The keys of an account that exists in the fake only. */
const account = (shop: string) => {
  const name = shop.replaceAll("-", "_");
  return { key: `sk_test_${name}`, secret: `whsec_${name}` };
};

/** The payment settings of the test stack, where those of the other stacks come from `paymentSettings`. */
export const fakeStripeSettings = (name: string, app: AppSpec) =>
  app.payments === true
    ? {
        PUBLIC_URL: `${proxy}${prefixOf(app)}`,
        STRIPE_SECRET_KEY: account(name).key,
        STRIPE_WEBHOOK_SECRET: account(name).secret,
        STRIPE_API_BASE: origin,
      }
    : {};

/** The origin of the fake and the account of each shop, as JSON for the integration tests. */
export const stripeAccounts = (catalog: Catalog): string =>
  JSON.stringify({ origin, accounts: Object.fromEntries(shopsIn(catalog).map((shop) => [shop, account(shop)])) });

const common = { ...hardened, security_opt: ["no-new-privileges:true"], tmpfs: [tmpfs("/tmp")] } as const;

export const stripeServices = (catalog: Catalog) => ({
  [stripeFake]: {
    image: `wmd-${stripeFake}`,
    build: { context: "./apps/appkit", dockerfile: "stripe_fake/Dockerfile" },
    ...common,
    environment: {
      ORIGIN: origin,
      ACCOUNTS: JSON.stringify(
        Object.fromEntries(
          shopsIn(catalog).map((shop) => {
            const { key, secret } = account(shop);
            return [key, { url: `${proxy}${prefixOf(catalog[shop]!)}/stripe/webhook`, secret }];
          }),
        ),
      ),
      STRIPE_MOCK: "http://stripe-mock:12111",
    },
    // The edge network connects it with the proxy, for webhooks, and with the tests, which pay.
    networks: ["edge", mockNetwork, ...shopsIn(catalog).map(stripeNetwork)],
    depends_on: { "stripe-mock": { condition: "service_healthy" } },
  },
  "stripe-mock": {
    image: images.stripeMock,
    user: "65534:65534",
    ...common,
    networks: [mockNetwork],
    healthcheck: {
      // It accepts any key of this form.
      test: ["CMD", "wget", "-q", "-O", "/dev/null", "--header", "Authorization: Bearer sk_test_1", mockCoupons],
      interval: "10s",
      timeout: "3s",
      start_period: "60s",
      start_interval: "300ms",
    },
  },
});

export const stripeNetworks = (catalog: Catalog) =>
  Object.fromEntries([mockNetwork, ...shopsIn(catalog).map(stripeNetwork)].map((name) => [name, { internal: true }]));
