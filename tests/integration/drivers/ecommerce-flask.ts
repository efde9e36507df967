import { expect } from "vitest";
import { elements, fieldOf, valuesOf } from "../http/html.ts";
import { redirectTarget, requireOk } from "../http/request.ts";
import { clickButton, fillIn, openPage, signInWithBrowser } from "./browser-forms.ts";
import type { BrowserDriver, Driver, HttpDriver, ShopDriver } from "./driver.ts";
import { flaskToken, pathFrom, signInAt, uniqueText } from "./http-forms.ts";

const signIn = signInAt("/admin/login", "name");

const http: HttpDriver = {
  redirect: { from: "/admin", to: "/admin/login?next=/admin" },
  formPath: "/admin/login",
  signIn,
  write: async ({ get, postForm }) => {
    const form = requireOk(await get("/admin/products/new")).text;
    const text = uniqueText();
    const response = await postForm("/admin/products/new", {
      [flaskToken]: fieldOf(form, flaskToken),
      name: text,
      info: "of paper",
      short_description: "A product.",
      full_description: "A product that a test has made.",
      price: "12.50",
      currency: "eur",
      picture: fieldOf(form, "picture"),
    });
    return { response, path: pathFrom(redirectTarget(response), "/products/"), text };
  },
  writeWithoutToken: async ({ get, postForm }) => {
    requireOk(await get("/admin/login"));
    return postForm("/admin/login", { name: "tests", password: "wrong" });
  },
};

const browser: BrowserDriver = {
  signIn: signInWithBrowser("/admin/login", { name: "Name", password: "Password", button: "Sign in" }),
  protectedPath: "/admin/sessions",
  write: async (page, endpoint) => {
    const name = uniqueText();
    await openPage(page, endpoint, "/admin/products/new");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Info").fill("of paper");
    await page.getByLabel("Short description").fill("A product.");
    await fillIn(page, { Price: "12.50", "Full description": "A product that a test has made." });
    await clickButton(page, "Add the product");
    await page.getByRole("heading", { name }).waitFor();
  },
};

/** The amounts of an order's page that stand under a term, such as "Paid": each is the text before the comma. */
function amountsOf(html: string, term: string): readonly string[] {
  const all = elements(html);
  const terms = all.flatMap(({ tag, text }, index) => (tag === "dt" && text === term ? [index] : []));
  return terms.map((index) => all[index + 1]?.text.split(",")[0] ?? "");
}

const shop: ShopDriver = {
  startCheckout: async ({ get, postForm }) => {
    const links = valuesOf(requireOk(await get("/")).text, "href", "a");
    const product = pathFrom(links.find((href) => href.includes("/products/")) ?? "", "/products/");
    const page = requireOk(await get(product)).text;
    return redirectTarget(await postForm(`${product}/checkout`, { [flaskToken]: fieldOf(page, flaskToken) }));
  },
  paidText: /Thank you/u,
  cancel: async ({ get }, cancelUrl) => {
    const { pathname, search } = new URL(cancelUrl);
    const page = requireOk(await get(pathFrom(pathname, "/checkout/") + search));
    expect(page.text).toContain("Nothing was charged");
  },
  cancelEvents: [],
  signInAsAdmin: signIn,
  records: async ({ get }, { session }) => {
    const links = valuesOf(requireOk(await get("/admin/orders")).text, "href", "a");
    const orders = links.filter((href) => href.endsWith(session));
    const order = await get(`/admin/orders/${session}`);
    expect(order.status).toBe(orders.length > 0 ? 200 : 404);
    const payments = amountsOf(order.text, "Paid");
    return { orders: orders.map(() => payments[0] ?? ""), payments, refunds: amountsOf(order.text, "Refunded") };
  },
  refund: async ({ get, postForm, follow }, { session }) => {
    const path = `/admin/orders/${session}`;
    const page = requireOk(await get(path)).text;
    requireOk(await follow(await postForm(path, { [flaskToken]: fieldOf(page, flaskToken) })));
  },
};

export const ecommerceFlask: Driver = {
  http,
  browser,
  shop,
  pages: {
    everybody: ["/", "/products/*"],
    signedOut: ["/admin/login"],
    signedIn: ["/admin", "/admin/products/new", "/admin/orders", "/admin/sessions"],
  },
};
