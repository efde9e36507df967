/** Fifty buyers at once for the last five of an item, again and again, at all replicas: five are sold. */
import { afterAll, expect, test } from "vitest";
import { djangoToken, offers, ok, withoutPrefix } from "./applications.ts";
import { type Door, doorsOf, spec } from "./doors.ts";
import { fieldOf, fieldsOf, valuesOf } from "./html.ts";
import { type Visitor, ask, target, visitor } from "./http.ts";
import { shopOf } from "./shops.ts";
import { expectStripeMockAgrees, press } from "./stripe.ts";

const shop = "rocket-ecommerce";
const door = doorsOf(shop)[0] as Door;
const [buyers, left, rounds] = [50, 5, 20];
/** How many fill their carts at once: as many as the replicas answer at once. */
const together = spec(shop).replicas * spec(shop).threads;

interface Item {
  readonly sku: string;
  readonly path: string;
  /** Where the admin counts it. */
  readonly form: string;
}

/** The last that is on offer: the first is what other tests buy. */
async function lastOffered({ get }: Visitor): Promise<Item> {
  let found: Omit<Item, "form"> | undefined;
  for await (const { path, page } of offers(get)) found = { path, sku: fieldOf(page.text, "sku") };
  if (found === undefined) throw new Error("Nothing is on offer");
  const list = ok(await get(`/admin/catalog/variant/?q=${found.sku}`)).text;
  const form = valuesOf(list, "href", "a").find((href) => /\/variant\/\d+\/change\//u.test(href)) ?? "";
  return { ...found, form: withoutPrefix(form, "/admin/").split("?")[0] ?? "" };
}

/** By the form of the admin, which is how it is done; returns how many there were. */
async function count({ get, send }: Visitor, { form }: Item, stock: number): Promise<number> {
  const fields = fieldsOf(ok(await get(form)).text);
  const answer = await send(form, { ...fields, stock: String(stock) });
  expect(answer.status, answer.text.slice(0, 500)).toBe(302);
  return Number(fields["stock"]);
}

/** Puts one into the cart; the total that the cart then asks for. */
async function fill({ get, send }: Visitor, { path, sku }: Item): Promise<Readonly<Record<string, string>>> {
  const page = ok(await get(path)).text;
  target(await send(path, { [djangoToken]: fieldOf(page, djangoToken), sku, quantity: "1" }));
  const cart = ok(await get("/cart/")).text;
  return { [djangoToken]: fieldOf(cart, djangoToken), total: fieldOf(cart, "total") };
}

afterAll(expectStripeMockAgrees);

test(`${buyers} buyers at once for the last ${left}: ${left} are sold, in each of ${rounds} rounds`, async () => {
  const admin = visitor(door);
  await shopOf[shop]?.signIn(admin);
  const item = await lastOffered(admin);
  await count(admin, item, left);
  const crowd = Array.from({ length: buyers }, () => visitor(door));
  const carts = new Map<Visitor, Readonly<Record<string, string>>>();
  for (let first = 0; first < buyers; first += together)
    await Promise.all(
      crowd.slice(first, first + together).map(async (buyer) => carts.set(buyer, await fill(buyer, item))),
    );

  for (let round = 1; round <= rounds; round++) {
    const asked = await Promise.all(
      crowd.map(async (buyer) => ({ buyer, answer: await buyer.send("/checkout/", carts.get(buyer) ?? {}) })),
    );
    const sold = asked.filter(({ answer }) => answer.status === 303);
    const statuses = asked.map(({ answer }) => answer.status).toSorted((one, other) => one - other);
    const expected = Array.from({ length: buyers }, (_, index) => (index < left ? 303 : 422));
    expect(statuses, `round ${round}`).toEqual(expected);
    for (const { buyer, answer } of sold) {
      const paid = await press(target(answer));
      expect((await ask(target(paid))).text).toContain("Your payment has arrived");
      if (round < rounds) carts.delete(buyer);
    }
    expect(await count(admin, item, round < rounds ? left : 0), `round ${round}`).toBe(0);
    for (const { buyer } of sold.filter(({ buyer: one }) => !carts.has(one))) carts.set(buyer, await fill(buyer, item));
  }
});
