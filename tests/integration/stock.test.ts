import { afterAll, describe, expect, test } from "vitest";
import { drivers, shopDriver } from "./drivers/drivers.ts";
import { changed } from "./http/changed.ts";
import { endpointsOf, specOf } from "./http/endpoints.ts";
import { redirectTarget, request } from "./http/request.ts";
import { expectStripeMockAgrees, pay, shops } from "./http/stripe-fake.ts";
import { type Visitor, createVisitor } from "./http/visitor.ts";

/** More buyers than the replicas have threads, so that all threads are busy and some buyers wait. */
const [buyerCount, stockCount, rounds] = [30, 5, 5];

const stocks = shops.flatMap((shop) => {
  const stock = drivers[shop].shop?.stock;
  return stock === undefined ? [] : [[shop, stock] as const];
});

test("a shop counts its stock", () => expect(stocks).not.toEqual([]));

describe.each(stocks.filter(([shop]) => changed.includes(shop)))("%s", (shop, stock) => {
  afterAll(expectStripeMockAgrees);

  test(`of ${buyerCount} concurrent buyers of the last ${stockCount} items, ${stockCount} get one, in each of ${rounds} rounds`, async () => {
    const { paidText, signInAsAdmin } = shopDriver(shop);
    const [endpoint] = endpointsOf(shop);
    const admin = createVisitor(endpoint);
    await signInAsAdmin(admin);
    const item = await stock.findItem(admin);
    await stock.setStock(admin, item, stockCount);
    const buyers = Array.from({ length: buyerCount }, () => createVisitor(endpoint));
    const carts = new Map<Visitor, Readonly<Record<string, string>>>();
    // As many at once as the replicas have threads.
    const concurrency = specOf(shop).replicas * specOf(shop).threads;
    for (let first = 0; first < buyerCount; first += concurrency)
      await Promise.all(
        buyers
          .slice(first, first + concurrency)
          .map(async (buyer) => carts.set(buyer, await stock.fillCart(buyer, item))),
      );

    for (let round = 1; round <= rounds; round++) {
      const checkouts = await Promise.all(
        buyers.map(async (buyer) => ({
          buyer,
          response: await buyer.postForm(stock.checkoutPath, carts.get(buyer) ?? {}),
        })),
      );
      const statuses = checkouts.map(({ response }) => response.status).toSorted((one, other) => one - other);
      const expected = Array.from({ length: buyerCount }, (_, index) => (index < stockCount ? 303 : 422));
      expect(statuses, `round ${round}`).toEqual(expected);
      const sold = checkouts.filter(({ response }) => response.status === 303);
      for (const { response } of sold) {
        const paid = await pay(redirectTarget(response));
        expect((await request(redirectTarget(paid))).text).toMatch(paidText);
      }
      expect(await stock.setStock(admin, item, round < rounds ? stockCount : 0), `round ${round}`).toBe(0);
      if (round < rounds) for (const { buyer } of sold) carts.set(buyer, await stock.fillCart(buyer, item));
    }
  });
});
