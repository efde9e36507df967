import assert from "node:assert/strict";
import { expect } from "vitest";
import { urlAt } from "../http/endpoints.ts";
import { elements, fieldOf, fieldsOf, valuesOf } from "../http/html.ts";
import { redirectTarget, requireOk } from "../http/request.ts";
import type { Visitor } from "../http/visitor.ts";
import { openPage, signInWithBrowser } from "./browser-forms.ts";
import type { BrowserDriver, Driver, HttpDriver, ShopDriver, StockDriver } from "./driver.ts";
import { djangoToken, pathFrom, signInAt } from "./http-forms.ts";

interface Offer {
  readonly path: string;
  readonly sku: string;
  /** The CSRF token of the page. */
  readonly token: string;
}

/** The products that can be bought, in the order of the start page. */
async function* offers({ get }: Visitor): AsyncGenerator<Offer> {
  const links = valuesOf(requireOk(await get("/")).text, "href", "a").filter((href) => href.includes("/products/"));
  for (const path of new Set(links.map((href) => pathFrom(href, "/products/")))) {
    const page = requireOk(await get(path)).text;
    const canBeBought = elements(page).some(({ attributes }) => attributes.get("name") === "quantity");
    if (canBeBought) yield { path, sku: fieldOf(page, "sku"), token: fieldOf(page, djangoToken) };
  }
}

async function firstOffer(visitor: Visitor): Promise<Offer> {
  for await (const offer of offers(visitor)) return offer;
  throw new Error(`${visitor.endpoint.name} has no product that can be bought`);
}

const http: HttpDriver = {
  redirect: { from: "/cart", to: "/cart/" },
  formPath: "/admin/login/",
  write: async (visitor) => {
    const { path, sku, token } = await firstOffer(visitor);
    const response = await visitor.postForm(path, { [djangoToken]: token, sku, quantity: "1" });
    assert.equal(pathFrom(redirectTarget(response), "/cart/"), "/cart/");
    return { response, path: "/cart/", text: sku };
  },
  writeWithoutToken: async (visitor) => {
    const { path, sku } = await firstOffer(visitor);
    return visitor.postForm(path, { sku, quantity: "1" });
  },
  parameterized: { path: "/products/invented-by-a-visitor/", route: /^\/products\/<.+>/u },
};

const browser: BrowserDriver = {
  signIn: signInWithBrowser("/admin/login/", { name: "Username:", password: "Password:", button: "Log in" }),
  protectedPath: "/admin/",
  write: async (page, endpoint) => {
    await openPage(page, endpoint, "/");
    const products = await page
      .locator('main a[href*="/products/"]')
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
    for (const product of new Set(products)) {
      await page.goto(product);
      const addToCart = page.getByRole("button", { name: "Add to cart", exact: true });
      if ((await addToCart.count()) === 0) continue;
      await addToCart.click();
      await page.waitForURL(urlAt(endpoint, "/cart/"));
      return;
    }
    assert.fail(`${endpoint.name} has no product that can be bought`);
  },
};

/** Puts one item into the cart; resolves to the fields of the cart's form. */
async function fillCart({ get, postForm }: Visitor, { path, sku }: Pick<Offer, "path" | "sku">) {
  const token = fieldOf(requireOk(await get(path)).text, djangoToken);
  redirectTarget(await postForm(path, { [djangoToken]: token, sku, quantity: "1" }));
  const cart = requireOk(await get("/cart/")).text;
  return { [djangoToken]: fieldOf(cart, djangoToken), total: fieldOf(cart, "total") };
}

const stock: StockDriver = {
  findItem: async (admin) => {
    // Other tests buy the first offer.
    let last: Offer | undefined;
    for await (const offer of offers(admin)) last = offer;
    assert(last, `${admin.endpoint.name} has no product that can be bought`);
    const variants = requireOk(await admin.get(`/admin/catalog/variant/?q=${last.sku}`)).text;
    const form = valuesOf(variants, "href", "a").find((href) => /\/variant\/\d+\/change\//u.test(href)) ?? "";
    return { sku: last.sku, path: last.path, adminPath: pathFrom(form, "/admin/").split("?")[0] ?? "" };
  },
  setStock: async ({ get, postForm }, { adminPath }, count) => {
    const fields = fieldsOf(requireOk(await get(adminPath)).text);
    const response = await postForm(adminPath, { ...fields, stock: String(count) });
    expect(response.status, response.text.slice(0, 500)).toBe(302);
    return Number(fields["stock"]);
  },
  fillCart,
  checkoutPath: "/checkout/",
};

/** The texts of one column of a list in Django's admin. */
const columnOf = (html: string, field: string): readonly string[] =>
  elements(html)
    .filter(({ tag, attributes }) => tag === "td" && attributes.get("class")?.split(" ").includes(`field-${field}`))
    .map(({ text }) => text);

const shop: ShopDriver = {
  startCheckout: async (buyer) => {
    const cart = await fillCart(buyer, await firstOffer(buyer));
    return redirectTarget(await buyer.postForm("/checkout/", cart));
  },
  paidText: /Your payment has arrived/u,
  cancel: async ({ get, postForm, follow }, cancelUrl) => {
    const path = pathFrom(new URL(cancelUrl).pathname, "/orders/");
    const token = fieldOf(requireOk(await get(path)).text, djangoToken);
    requireOk(await follow(await postForm(path, { [djangoToken]: token, cancel: "yes" })));
    expect(requireOk(await get(path)).text).toContain("Nothing was charged");
  },
  cancelEvents: ["checkout.session.expired"],
  signInAsAdmin: signInAt("/admin/login/", "username"),
  records: async ({ get }, { intent }) => {
    const orders = requireOk(await get(`/admin/orders/order/?q=${intent}`)).text;
    const entries = requireOk(await get(`/admin/payments/entry/?q=${intent}`)).text;
    const kinds = columnOf(entries, "kind");
    const sums = (kind: string) => columnOf(entries, "sum").filter((_, index) => kinds[index] === kind);
    return { orders: columnOf(orders, "sum"), payments: sums("Payment"), refunds: sums("Refund") };
  },
  refund: async ({ get, postForm, follow }, { intent }) => {
    const list = "/admin/orders/order/";
    const page = requireOk(await get(`${list}?q=${intent}`)).text;
    const fields = {
      [djangoToken]: fieldOf(page, djangoToken),
      action: "refund",
      _selected_action: fieldOf(page, "_selected_action"),
    };
    requireOk(await follow(await postForm(list, fields)));
  },
  stock,
};

export const rocketEcommerce: Driver = {
  http,
  browser,
  shop,
  pages: {
    everybody: ["/", "/categories/*/", "/products/*/", "/cart/", "/orders/", "/currency/"],
    signedOut: ["/admin/login/"],
    signedIn: ["/admin/", "/sales/"],
  },
};
