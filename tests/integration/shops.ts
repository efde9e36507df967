/** What is special to one shop: the way to Stripe, and its books as its admin reads them. */
import { expect } from "vitest";
import type { AppName } from "../../apps/catalog.ts";
import { account, djangoToken, flaskToken, offers, ok, withoutPrefix } from "./applications.ts";
import { elements, fieldOf, valuesOf } from "./html.ts";
import { type Visitor, target } from "./http.ts";

/** What a shop has written down about one payment: each entry as its amount. */
export interface Books {
  readonly orders: readonly string[];
  readonly payments: readonly string[];
  readonly refunds: readonly string[];
}

/** As Stripe knows them; there is no payment before there is money. */
export interface Bought {
  readonly session: string;
  readonly intent: string;
}

export interface Shop {
  /** A buyer's way to the payment page; its address. */
  readonly start: (buyer: Visitor) => Promise<string>;
  /** A path by which the page is recognised to which Stripe sends a buyer back, and what it says once it is paid. */
  readonly thanks: RegExp;
  readonly cancel: (buyer: Visitor, cancelUrl: string) => Promise<void>;
  readonly signIn: (admin: Visitor) => Promise<void>;
  readonly books: (admin: Visitor, bought: Bought) => Promise<Books>;
  readonly refund: (admin: Visitor, bought: Bought) => Promise<void>;
}

/** The texts of the cells of one column of a list in Django's admin. */
const column = (page: string, field: string): readonly string[] =>
  [...page.matchAll(new RegExp(`<td class="field-${field}[^"]*">(?:<[^>]+>)*([^<]*)`, "gu"))].map(
    ([, cell = ""]) => cell,
  );

const facts = (page: string, name: string): readonly string[] =>
  [...page.matchAll(new RegExp(`<dt>${name}</dt><dd>([^,<]*)`, "gu"))].map(([, fact = ""]) => fact);

const pathOf = (url: string, mark: string): string => withoutPrefix(new URL(url).pathname, mark);

export const shopOf: Readonly<Partial<Record<AppName, Shop>>> = {
  "ecommerce-flask": {
    start: async ({ get, send }) => {
      const path = valuesOf(ok(await get("/")).text, "href", "a").find((href) => href.includes("/products/")) ?? "";
      const product = withoutPrefix(path, "/products/");
      const page = ok(await get(product));
      return target(await send(`${product}/checkout`, { [flaskToken]: fieldOf(page.text, flaskToken) }));
    },
    thanks: /Thank you/u,
    cancel: async ({ get }, cancelUrl) => {
      const { search } = new URL(cancelUrl);
      expect(ok(await get(pathOf(cancelUrl, "/checkout/") + search)).text).toContain("Nothing was charged");
    },
    signIn: async ({ get, send, follow }) => {
      const { name, password } = account("ecommerce-flask");
      const page = ok(await get("/admin/login"));
      ok(await follow(await send("/admin/login", { [flaskToken]: fieldOf(page.text, flaskToken), name, password })));
    },
    books: async ({ get }, { session }) => {
      const listed = valuesOf(ok(await get("/admin/orders")).text, "href", "a").filter((href) =>
        href.endsWith(session),
      );
      const shown = await get(`/admin/orders/${session}`);
      expect(shown.status).toBe(listed.length > 0 ? 200 : 404);
      return {
        orders: listed.map(() => facts(shown.text, "Paid")[0] ?? ""),
        payments: facts(shown.text, "Paid"),
        refunds: facts(shown.text, "Refunded"),
      };
    },
    refund: async ({ get, send, follow }, { session }) => {
      const path = `/admin/orders/${session}`;
      const page = ok(await get(path));
      ok(await follow(await send(path, { [flaskToken]: fieldOf(page.text, flaskToken) })));
    },
  },
  "rocket-ecommerce": {
    start: async ({ get, send }) => {
      for await (const { path, page } of offers(get)) {
        const sku = fieldOf(page.text, "sku");
        target(await send(path, { [djangoToken]: fieldOf(page.text, djangoToken), sku, quantity: "1" }));
        const cart = ok(await get("/cart/")).text;
        const fields = { [djangoToken]: fieldOf(cart, djangoToken), total: fieldOf(cart, "total") };
        return target(await send("/checkout/", fields));
      }
      throw new Error("No product of the shop can be bought");
    },
    thanks: /Your payment has arrived/u,
    cancel: async ({ get, send, follow }, cancelUrl) => {
      const path = pathOf(cancelUrl, "/orders/");
      const page = ok(await get(path)).text;
      ok(await follow(await send(path, { [djangoToken]: fieldOf(page, djangoToken), cancel: "yes" })));
      expect(ok(await get(path)).text).toContain("Nothing was charged");
    },
    signIn: async ({ get, send, follow }) => {
      const { name, password } = account("rocket-ecommerce");
      const page = ok(await get("/admin/login/"));
      const next = fieldOf(page.text, "next");
      const fields = { [djangoToken]: fieldOf(page.text, djangoToken), username: name, password, next };
      ok(await follow(await send("/admin/login/", fields)));
    },
    books: async ({ get }, { intent }) => {
      const orders = ok(await get(`/admin/orders/order/?q=${intent}`)).text;
      const entries = ok(await get(`/admin/payments/entry/?q=${intent}`)).text;
      const kinds = column(entries, "kind");
      const sums = (kind: string) => column(entries, "sum").filter((_, index) => kinds[index] === kind);
      return { orders: column(orders, "sum"), payments: sums("Payment"), refunds: sums("Refund") };
    },
    refund: async ({ get, send, follow }, { intent }) => {
      const list = "/admin/orders/order/";
      const page = ok(await get(`${list}?q=${intent}`)).text;
      const id = elements(page).find(({ attributes }) => attributes.get("name") === "_selected_action");
      const fields = {
        [djangoToken]: fieldOf(page, djangoToken),
        action: "refund",
        _selected_action: id?.attributes.get("value") ?? "",
      };
      expect(ok(await follow(await send(list, fields))).text).toContain("1 of 1 orders asked to be paid back");
    },
  },
};
