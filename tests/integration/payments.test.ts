/** Payments through the proxy and the fake of Stripe: each payment is recorded once, in whichever order its webhooks arrive. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Payment, Records } from "./drivers/driver.ts";
import { shopDriver } from "./drivers/drivers.ts";
import { changed } from "./http/changed.ts";
import { type Endpoint, endpointsOf } from "./http/endpoints.ts";
import { elements } from "./http/html.ts";
import { redirectTarget, request } from "./http/request.ts";
import {
  type StripeEvent,
  deliver,
  eventsOf,
  expectStripeMockAgrees,
  pay,
  postWebhook,
  refundAtStripe,
  sessionAt,
  shops,
} from "./http/stripe-fake.ts";
import { type Visitor, createVisitor } from "./http/visitor.ts";
import { byName } from "./rows.ts";

/** One order for the one payment, whose amount is the order's. */
const oneEach = ({ payments: [amount = "no payment"] }: Records) => [amount];

interface Purchase extends Payment {
  /** The page of the shop to which Stripe sent the buyer back. */
  readonly returnUrl: string;
}

/** @param fields tell the fake whether it delivers webhooks */
async function buy(endpoint: Endpoint, fields?: Readonly<Record<string, string>>): Promise<Purchase> {
  const paymentPage = await shopDriver(endpoint.app).startCheckout(createVisitor(endpoint));
  const session = sessionAt(paymentPage);
  const paid = await pay(paymentPage, fields);
  expect(paid.status, paid.text).toBe(303);
  const completed = (await eventsOf(endpoint.app, session)).find(({ type }) => type === "checkout.session.completed");
  const intent = completed?.data.object["payment_intent"];
  return { session, intent: String(intent), returnUrl: redirectTarget(paid) };
}

/** Delivers the events again in every way: one after the other, several at once to any replicas, and in reverse order. */
async function deliverAgain(endpoint: Endpoint, events: readonly StripeEvent[]): Promise<void> {
  for (const event of events)
    for (const copies of [1, 1, 5]) {
      const responses = await Promise.all(Array.from({ length: copies }, async () => postWebhook(endpoint, event)));
      expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: copies }, () => 200));
    }
  for (const event of events.toReversed()) expect((await postWebhook(endpoint, event)).status).toBe(200);
  for (const event of events) expect(await deliver(endpoint.app, event)).toEqual([200]);
}

describe.each(shops.filter((shop) => changed.includes(shop)))("%s", (shop) => {
  afterAll(expectStripeMockAgrees);

  const { startCheckout, paidText, cancel, cancelEvents, signInAsAdmin, records, refund } = shopDriver(shop);
  const [endpoint] = endpointsOf(shop);
  let admin: Visitor;
  beforeAll(async () => {
    admin = createVisitor(endpoint);
    await signInAsAdmin(admin);
  });

  test.each(byName(endpointsOf(shop)))(
    "a payment at %s is recorded once, however often its events are delivered",
    async (_, at) => {
      const purchase = await buy(at);
      expect((await request(purchase.returnUrl)).text).toMatch(paidText);
      const events = await eventsOf(shop, purchase.session);
      expect(events.map(({ type, deliveries }) => [type, deliveries])).toEqual([
        ["charge.succeeded", [200]],
        ["checkout.session.completed", [200]],
      ]);
      const recorded = await records(admin, purchase);
      expect(recorded).toEqual({ orders: oneEach(recorded), payments: [expect.stringMatching(/\d/u)], refunds: [] });
      await deliverAgain(at, events);
      expect(await records(admin, purchase)).toEqual(recorded);
    },
  );

  test.each(byName(endpointsOf(shop)))("at %s only a recent event that Stripe signed has an effect", async (_, at) => {
    const purchase = await buy(at, { how: "now", webhooks: "held" });
    const event = (await eventsOf(shop, purchase.session)).find(({ type }) => type === "checkout.session.completed");
    if (event === undefined) throw new Error(`Stripe has no checkout.session.completed of ${purchase.session}`);
    const forgeries = [{ secret: "whsec_of_somebody" }, { age: 301 }, { signed: "{}" }];
    for (const forgery of forgeries)
      expect((await postWebhook(at, event, forgery)).status, JSON.stringify(forgery)).toBe(400);
    expect((await postWebhook(at, { ...event, type: "checkout.session.dreamt" })).status).toBe(200);
    expect(await records(admin, purchase)).toEqual({ orders: [], payments: [], refunds: [] });
    expect((await postWebhook(at, event)).status).toBe(200);
    expect((await records(admin, purchase)).payments).toHaveLength(1);
  });

  test("a cancelled checkout charges nothing, and cannot be paid if it is expired", async () => {
    const buyer = createVisitor(endpoint);
    const paymentPage = await startCheckout(buyer);
    const links = elements((await request(paymentPage)).text).filter(({ tag }) => tag === "a");
    const cancelLink = links.find(({ text }) => text === "Cancel");
    await cancel(buyer, cancelLink?.attributes.get("href") ?? "");
    const events = await eventsOf(shop, sessionAt(paymentPage));
    expect(events.every(({ deliveries }) => deliveries.join() === "200")).toBe(true);
    expect(events.map(({ type }) => type)).toEqual(cancelEvents);
    await deliverAgain(endpoint, events);
    if (events.length > 0) expect((await pay(paymentPage)).status).toBe(400);
  });

  test("a refund by the admin is recorded once, however often its events are delivered", async () => {
    const purchase = await buy(endpoint);
    const before = await records(admin, purchase);
    await refund(admin, purchase);
    const after = await records(admin, purchase);
    expect(after).toEqual({ ...before, refunds: [expect.stringContaining(before.payments[0] ?? "no payment")] });
    const events = await eventsOf(shop, purchase.session);
    expect(events.map(({ type }) => type)).toEqual([
      "charge.succeeded",
      "checkout.session.completed",
      "refund.created",
      "charge.refunded",
    ]);
    await deliverAgain(endpoint, events);
    expect(await records(admin, purchase)).toEqual(after);
  });

  test("a refund that arrives before its payment gives the same records", async () => {
    const purchase = await buy(endpoint, { how: "now", webhooks: "held" });
    await refundAtStripe(shop, purchase.intent);
    const events = await eventsOf(shop, purchase.session);
    expect(events.map(({ deliveries }) => deliveries)).toEqual([[], [], [200], [200]]);
    for (const event of events.toReversed()) expect(await deliver(shop, event)).toEqual([200]);
    const recorded = await records(admin, purchase);
    expect(recorded).toEqual({
      orders: oneEach(recorded),
      payments: oneEach(recorded),
      refunds: [expect.stringContaining(recorded.payments[0] ?? "no payment")],
    });
    await deliverAgain(endpoint, events);
    expect(await records(admin, purchase)).toEqual(recorded);
  });
});
