/** Buying, through the proxy and by Stripe: one order, one entry each, however often and in whichever order one is told. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppName } from "../../apps/catalog.ts";
import { type Door, doorsOf, named } from "./doors.ts";
import { type Visitor, ask, visitor } from "./http.ts";
import { type Bought, type Shop, shopOf } from "./shops.ts";
import {
  type StripeEvent,
  deliver,
  eventsOf,
  expectStripeMockAgrees,
  post,
  press,
  refundAtStripe,
  sessionAt,
  shops,
} from "./stripe.ts";

const special = (shop: AppName): Shop => {
  const found = shopOf[shop];
  if (found === undefined) throw new Error(`Nobody has said how to buy at ${shop}`);
  return found;
};

const routeOf = (shop: AppName): Door => doorsOf(shop)[0] as Door;
const once = (books: { readonly payments: readonly string[] }) => [books.payments[0]];

/** Somebody buys at this door, and Stripe tells of it or does not. */
async function buy(door: Door, fields?: Readonly<Record<string, string>>): Promise<Bought & { readonly back: string }> {
  const page = await special(door.app).start(visitor(door));
  const session = sessionAt(page);
  const paid = await press(page, fields);
  expect(paid.status, paid.text).toBe(303);
  const completed = (await eventsOf(door.app, session)).find(({ type }) => type === "checkout.session.completed");
  const intent = completed?.data.object["payment_intent"];
  return { session, intent: String(intent), back: String(paid.headers.location) };
}

/** Every way to be told again: in a row, at once to whichever replica, and in the opposite order. */
async function replay(door: Door, events: readonly StripeEvent[]): Promise<void> {
  for (const event of events)
    for (const copies of [1, 1, 5]) {
      const answers = await Promise.all(Array.from({ length: copies }, async () => post(door, event)));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: copies }, () => 200));
    }
  for (const event of events.toReversed()) expect((await post(door, event)).status).toBe(200);
  for (const event of events) expect(await deliver(door.app, event)).toEqual([200]);
}

afterAll(expectStripeMockAgrees);

describe.each(shops)("%s", (shop) => {
  const { signIn, books, thanks, refund, cancel } = special(shop);
  const route = routeOf(shop);
  let admin: Visitor;
  beforeAll(async () => {
    admin = visitor(route);
    await signIn(admin);
  });

  test.each(named(doorsOf(shop)))(
    "bought at %s: one order, one entry, told again as often as one likes",
    async (_, door) => {
      const bought = await buy(door);
      expect((await ask(bought.back)).text).toMatch(thanks);
      const events = await eventsOf(shop, bought.session);
      expect(events.map(({ type, deliveries }) => [type, deliveries])).toEqual([
        ["charge.succeeded", [200]],
        ["checkout.session.completed", [200]],
      ]);
      const written = await books(admin, bought);
      expect(written).toEqual({ orders: once(written), payments: [expect.stringMatching(/\d/u)], refunds: [] });
      await replay(door, events);
      expect(await books(admin, bought)).toEqual(written);
    },
  );

  test.each(named(doorsOf(shop)))("at %s only what Stripe signed, and lately, has an effect", async (_, door) => {
    const bought = await buy(door, { how: "now", webhooks: "held" });
    const nothing = { orders: [], payments: [], refunds: [] };
    const event = (await eventsOf(shop, bought.session)).find(({ type }) => type === "checkout.session.completed");
    if (event === undefined) throw new Error("There is no event about the session");
    const forgeries = [{ secret: "whsec_of_somebody" }, { age: 301 }, { signed: "{}" }];
    for (const forgery of forgeries)
      expect((await post(door, event, forgery)).status, JSON.stringify(forgery)).toBe(400);
    expect((await post(door, { ...event, type: "checkout.session.dreamt" })).status).toBe(200);
    expect(await books(admin, bought)).toEqual(nothing);
    expect((await post(door, event)).status).toBe(200);
    expect((await books(admin, bought)).payments).toHaveLength(1);
  });

  test("cancelled: nothing is charged, and nothing can be", async () => {
    const buyer = visitor(route);
    const page = await special(shop).start(buyer);
    const [, cancelUrl = ""] = /<a href="([^"]+)">Cancel/u.exec((await ask(page)).text) ?? [];
    await cancel(buyer, cancelUrl.replaceAll("&amp;", "&"));
    const events = await eventsOf(shop, sessionAt(page));
    expect(events.every(({ deliveries }) => deliveries.join() === "200")).toBe(true);
    expect(events.map(({ type }) => type)).toEqual(shop === "rocket-ecommerce" ? ["checkout.session.expired"] : []);
    await replay(route, events);
    if (events.length > 0) expect((await press(page)).status).toBe(400);
  });

  test("paid back by the admin: one entry more, told again as often as one likes", async () => {
    const bought = await buy(route);
    const before = await books(admin, bought);
    await refund(admin, bought);
    const after = await books(admin, bought);
    expect(after).toEqual({ ...before, refunds: [expect.stringContaining(before.payments[0] ?? "?")] });
    const events = await eventsOf(shop, bought.session);
    expect(events.map(({ type }) => type)).toEqual([
      "charge.succeeded",
      "checkout.session.completed",
      "refund.created",
      "charge.refunded",
    ]);
    await replay(route, events);
    expect(await books(admin, bought)).toEqual(after);
  });

  test("told of the refund before the payment: the same books", async () => {
    const bought = await buy(route, { how: "now", webhooks: "held" });
    await refundAtStripe(shop, bought.intent);
    const events = await eventsOf(shop, bought.session);
    expect(events.map(({ deliveries }) => deliveries)).toEqual([[], [], [200], [200]]);
    for (const event of events.toReversed()) expect(await deliver(shop, event)).toEqual([200]);
    const written = await books(admin, bought);
    expect(written).toEqual({
      orders: once(written),
      payments: once(written),
      refunds: [expect.stringContaining(written.payments[0] ?? "?")],
    });
    await replay(route, events);
    expect(await books(admin, bought)).toEqual(written);
  });
});
