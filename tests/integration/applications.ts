/** What is special to one application: an address that redirects, a page with a form, a write and where to read it. */
import assert from "node:assert/strict";
import { randomInt, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AppName } from "../../apps/catalog.ts";
import { fieldOf, valuesOf } from "./html.ts";
import { type Answer, type Visitor, target } from "./http.ts";

/** What was written, and where it must be seen by whoever wrote it: a path of the application, and a text of that page. */
export interface Written {
  readonly answer: Answer;
  readonly path: string;
  readonly text: string;
}

export interface Special {
  /** A redirect that the application makes by itself, both as its own paths. */
  readonly redirect: { readonly from: string; readonly to: string };
  /** A page with a form, whose answer sets a cookie. */
  readonly form: string;
  /** Data that everybody may read, as JSON. */
  readonly api?: string;
  /** Signs in, where nobody else may write. */
  readonly enter?: (visitor: Visitor) => Promise<void>;
  /** As a browser does it: with the form's token, and the session that goes with it. */
  readonly write: (visitor: Visitor) => Promise<Written>;
  /** Something that would be written, were it not without a token. */
  readonly forge: (visitor: Visitor) => Promise<Answer>;
}

export const djangoToken = "csrfmiddlewaretoken";
export const flaskToken = "csrf_token";

/** The account that the test stack makes in each application which has accounts. */
export const account = (app: AppName) => ({ name: "tests", password: readFileSync(`/accounts/${app}`, "utf8").trim() });

export const ok = (answer: Answer): Answer => {
  assert.equal(answer.status, 200, `${answer.url} gives ${answer.status}\n${answer.text.slice(0, 500)}`);
  return answer;
};

export const unique = (): string => `Written by a test ${randomUUID().slice(0, 8)}`;

/** A path of the application, from an address that a page of it shows. */
export const withoutPrefix = (address: string, mark: string): string => address.slice(address.indexOf(mark));

export const applications: Readonly<Record<AppName, Special>> = {
  "docs-django-grafana": {
    redirect: { from: "/book/", to: "/sign-in/?next=/book/" },
    form: "/sign-in/",
    api: "/api/transactions/",
    enter: async ({ get, send, follow }) => {
      const { name, password } = account("docs-django-grafana");
      const signIn = ok(await get("/sign-in/"));
      const fields = { [djangoToken]: fieldOf(signIn.text, djangoToken), username: name, password, next: "/book/" };
      ok(await follow(await send("/sign-in/", fields)));
    },
    write: async ({ get, send }) => {
      const form = ok(await get("/book/"));
      const text = unique();
      const amount = (randomInt(1, 10_000_000) / 100).toFixed(2);
      const answer = await send("/book/", {
        [djangoToken]: fieldOf(form.text, djangoToken),
        type: fieldOf(form.text, "type"),
        amount,
        time: "",
        note: text,
      });
      target(answer);
      return { answer, path: `/api/transactions/?min=${amount}&max=${amount}`, text };
    },
    forge: async ({ get, send }) => {
      ok(await get("/sign-in/"));
      return send("/sign-in/", { username: "tests", password: "wrong" });
    },
  },
  "docs-django-react": {
    redirect: { from: "/diagrams/", to: "/diagrams" },
    form: "/api/csrf",
    api: "/api/diagrams",
    write: async ({ get, sendJson }) => {
      const { token } = JSON.parse(ok(await get("/api/csrf")).text) as { token: string };
      const text = unique();
      const answer = await sendJson("/api/diagrams", { name: text, nodes: [], edges: [] }, { "x-csrftoken": token });
      assert.equal(answer.status, 201, answer.text);
      return { answer, path: withoutPrefix(answer.headers.location ?? "", "/api/"), text };
    },
    forge: async ({ get, sendJson }) => {
      ok(await get("/api/csrf"));
      return sendJson("/api/diagrams", { name: unique(), nodes: [], edges: [] });
    },
  },
  "ecommerce-flask": {
    redirect: { from: "/admin", to: "/admin/login?next=/admin" },
    form: "/admin/login",
    enter: async ({ get, send, follow }) => {
      const { name, password } = account("ecommerce-flask");
      const signIn = ok(await get("/admin/login"));
      ok(await follow(await send("/admin/login", { [flaskToken]: fieldOf(signIn.text, flaskToken), name, password })));
    },
    write: async ({ get, send }) => {
      const form = ok(await get("/admin/products/new"));
      const text = unique();
      const texts = {
        name: text,
        info: "of paper",
        short_description: "A product.",
        full_description: "A product that a test has made.",
      };
      const picture = fieldOf(form.text, "picture");
      const answer = await send("/admin/products/new", {
        [flaskToken]: fieldOf(form.text, flaskToken),
        ...texts,
        price: "12.50",
        currency: "eur",
        picture,
      });
      return { answer, path: withoutPrefix(target(answer), "/products/"), text };
    },
    forge: async ({ get, send }) => {
      ok(await get("/admin/login"));
      return send("/admin/login", { name: "tests", password: "wrong" });
    },
  },
  "flask-soft-ui": {
    redirect: { from: "/contact", to: "/contact/" },
    form: "/contact/",
    write: async ({ get, send }) => {
      const form = ok(await get("/contact/"));
      const text = unique();
      const fields = { name: "A test", email: "test@example.org", topic: "idea", message: text };
      const answer = await send("/contact/", { [flaskToken]: fieldOf(form.text, flaskToken), ...fields });
      return { answer, path: withoutPrefix(target(answer), "/contact/"), text };
    },
    forge: async ({ get, send }) => {
      ok(await get("/contact/"));
      return send("/contact/", { name: "A test", email: "test@example.org", topic: "idea", message: unique() });
    },
  },
  "rocket-ecommerce": {
    redirect: { from: "/cart", to: "/cart/" },
    form: "/admin/login/",
    write: async ({ get, send }) => {
      const { path, page } = await offer(get);
      const sku = fieldOf(page.text, "sku");
      const answer = await send(path, { [djangoToken]: fieldOf(page.text, djangoToken), sku, quantity: "1" });
      assert.equal(withoutPrefix(target(answer), "/cart/"), "/cart/");
      return { answer, path: "/cart/", text: sku };
    },
    forge: async ({ get, send }) => {
      const { path, page } = await offer(get);
      return send(path, { sku: fieldOf(page.text, "sku"), quantity: "1" });
    },
  },
};

interface Offer {
  readonly path: string;
  readonly page: Answer;
}

/** The products of the shop that can be bought, one after another. */
export async function* offers(get: Visitor["get"]): AsyncGenerator<Offer> {
  const shop = ok(await get("/"));
  const paths = new Set(
    valuesOf(shop.text, "href", "a")
      .filter((href) => href.includes("/products/"))
      .map((href) => withoutPrefix(href, "/products/")),
  );
  for (const path of paths) {
    const page = ok(await get(path));
    if (page.text.includes('name="quantity"')) yield { path, page };
  }
}

async function offer(get: Visitor["get"]): Promise<Offer> {
  for await (const first of offers(get)) return first;
  throw new Error("No product of the shop can be bought");
}
