/** The fake of Stripe: the tests pay at its payment page, let it deliver webhooks again, and sign webhooks of their own. */
import { createHmac } from "node:crypto";
import { expect } from "vitest";
import * as v from "valibot";
import { type AppName, appNames } from "../../../apps/catalog.ts";
import { type Endpoint, specOf, urlAt } from "./endpoints.ts";
import { parseJson } from "./json.ts";
import { type HttpResponse, formPost, request, requireOk } from "./request.ts";

/** The compose file sets it. Where it is absent no test can run, and tests can only be listed. */
const { origin, accounts } = parseJson(
  v.object({ origin: v.string(), accounts: v.record(v.string(), v.object({ key: v.string(), secret: v.string() })) }),
  process.env["STRIPE"] ?? '{"origin":"","accounts":{}}',
);

/** The applications that take payments. */
export const shops: readonly AppName[] = appNames.filter((app) => specOf(app).payments === true);

/** @returns the API key, and the secret that signs the webhooks */
const accountOf = (shop: AppName): { readonly key: string; readonly secret: string } => {
  const account = accounts[shop];
  if (account === undefined) throw new Error(`STRIPE has no account for ${shop}: compare docker-compose.test.yml`);
  return account;
};

const stripeEvent = v.looseObject({
  id: v.string(),
  type: v.string(),
  data: v.looseObject({ object: v.record(v.string(), v.unknown()) }),
  /** The status of the shop's response to each delivery so far. */
  deliveries: v.array(v.number()),
});
export type StripeEvent = v.InferOutput<typeof stripeEvent>;

const bodyOf = <const Schema extends v.GenericSchema>(schema: Schema, response: HttpResponse): v.InferOutput<Schema> =>
  parseJson(schema, requireOk(response).text);

/** Submits the payment page. `fields` also tell the fake how the payment ends, and whether it delivers webhooks. */
export const pay = async (
  paymentPage: string,
  fields: Readonly<Record<string, string>> = { how: "now" },
): Promise<HttpResponse> => request(paymentPage, formPost(fields));

/** The id of the checkout session whose payment page this is. */
export const sessionAt = (paymentPage: string): string => {
  expect(paymentPage.startsWith(`${origin}/c/pay/`), paymentPage).toBe(true);
  return paymentPage.slice(paymentPage.lastIndexOf("/") + 1);
};

/** The events about a session and its payment so far, in their order. */
export async function eventsOf(shop: AppName, session: string): Promise<readonly StripeEvent[]> {
  const response = await request(`${origin}/test/${accountOf(shop).key}/events`);
  const { data } = bodyOf(v.object({ data: v.array(stripeEvent) }), response);
  const intents = new Set<unknown>(
    data
      .filter(({ data: { object } }) => object["id"] === session)
      .map(({ data: { object } }) => object["payment_intent"])
      .filter((intent) => intent !== null),
  );
  return data.filter(({ data: { object } }) => object["id"] === session || intents.has(object["payment_intent"]));
}

/** Makes the fake deliver an event again; resolves to the statuses of the shop's responses. */
export async function deliver(shop: AppName, event: StripeEvent): Promise<readonly number[]> {
  const response = await request(`${origin}/test/${accountOf(shop).key}/events/${event.id}`, formPost({ times: "1" }));
  return bodyOf(v.object({ statuses: v.array(v.number()) }), response).statuses;
}

/** Refunds a payment at Stripe itself, without the shop. */
export async function refundAtStripe(shop: AppName, intent: string): Promise<void> {
  const post = formPost({ payment_intent: intent });
  const headers = { ...post.headers, authorization: `Bearer ${accountOf(shop).key}` };
  requireOk(await request(`${origin}/v1/refunds`, { ...post, headers }));
}

export interface Forgery {
  readonly secret?: string;
  /** Seconds since the signature was made. */
  readonly age?: number;
  /** The signed text, where it differs from the body. */
  readonly signed?: string;
}

/** Posts an event to the webhook of a shop, signed as Stripe's documentation says unless `forgery` changes that. */
export async function postWebhook(
  endpoint: Endpoint,
  event: Omit<StripeEvent, "deliveries">,
  forgery: Forgery = {},
): Promise<HttpResponse> {
  const { secret = accountOf(endpoint.app).secret, age = 0, signed } = forgery;
  const body = JSON.stringify(event);
  const time = Math.floor(Date.now() / 1000) - age;
  const signature = createHmac("sha256", secret)
    .update(`${time}.${signed ?? body}`)
    .digest("hex");
  const headers = { "content-type": "application/json", "stripe-signature": `t=${time},v1=${signature}` };
  return request(urlAt(endpoint, "/stripe/webhook"), { method: "POST", body, headers });
}

/** stripe-mock was given every request that the fake accepted, and refused none of them. */
export async function expectStripeMockAgrees(): Promise<void> {
  const response = await request(`${origin}/test/disagreements`);
  const { data, asked } = bodyOf(v.object({ data: v.array(v.unknown()), asked: v.number() }), response);
  expect(data).toEqual([]);
  expect(asked).toBeGreaterThan(0);
}
