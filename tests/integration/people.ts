/** What a person does at each application, by the forms of its pages. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import type { AppName } from "../../apps/catalog.ts";
import { account, unique } from "./applications.ts";
import { drawn } from "./browser.ts";
import { type Door, at } from "./doors.ts";

export interface Person {
  readonly signIn: (page: Page, door: Door) => Promise<void>;
  /** A page that only somebody who is signed in gets to see. */
  readonly own: string;
  /** Changes something by a form of a page, and sees that it is done. */
  readonly work: (page: Page, door: Door) => Promise<void>;
}

/** A page of the application, once it is drawn. Fails at once when there is none: nobody waits for its fields. */
export async function open(page: Page, door: Door, path: string): Promise<void> {
  const status = (await page.goto(at(door, path)))?.status() ?? 0;
  assert(status < 400, `${at(door, path)} gave ${status}`);
  await drawn(page);
}

/** Fails unless the page is that of the address: who is not signed in was sent elsewhere. */
export async function seeOwn(page: Page, door: Door): Promise<void> {
  const { own } = people[door.app];
  await open(page, door, own);
  assert.equal(page.url(), at(door, own));
}

async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
}

const press = async (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).click();

/** By the account that the test stack has made. */
const signInAt =
  (path: string, labels: { readonly name: string; readonly password: string; readonly button: string }) =>
  async (page: Page, door: Door): Promise<void> => {
    const { name, password } = account(door.app);
    await open(page, door, path);
    await fill(page, { [labels.name]: name, [labels.password]: password });
    await press(page, labels.button);
    await page.waitForURL((url) => url.href.startsWith(at(door, "/")) && !url.href.startsWith(at(door, path)));
    await drawn(page);
  };

export const people: Readonly<Record<AppName, Person>> = {
  "docs-django-grafana": {
    signIn: signInAt("/sign-in/", { name: "Username", password: "Password", button: "Sign in" }),
    own: "/account/",
    work: async (page, door) => {
      const note = unique();
      await open(page, door, "/book/");
      await page.getByRole("radio").first().check();
      await fill(page, { "Amount in €": "12.34", Note: note });
      await press(page, "Book it");
      await page.getByRole("cell", { name: note }).waitFor();
    },
  },
  "docs-django-react": {
    signIn: signInAt("/sign-in", { name: "Name", password: "Password", button: "Sign in" }),
    own: "/account",
    work: async (page, door) => {
      await open(page, door, "/diagrams");
      await fill(page, { Name: unique() });
      await press(page, "Draw it");
      await page.waitForURL((url) => url.href.startsWith(at(door, "/diagrams/")));
      await drawn(page);
    },
  },
  "ecommerce-flask": {
    signIn: signInAt("/admin/login", { name: "Name", password: "Password", button: "Sign in" }),
    own: "/admin/sessions",
    work: async (page, door) => {
      const name = unique();
      await open(page, door, "/admin/products/new");
      await page.getByLabel("Name").fill(name);
      await page.getByLabel("Info").fill("of paper");
      await page.getByLabel("Short description").fill("A product.");
      await fill(page, { Price: "12.50", "Full description": "A product that a test has made." });
      await press(page, "Put it on the shelf");
      await page.getByRole("heading", { name }).waitFor();
    },
  },
  "flask-soft-ui": {
    // Everybody may have an account of their own there.
    signIn: async (page, door) => {
      await open(page, door, "/sign-up/");
      await fill(page, {
        "Your name": "A test",
        "E-mail address": `test-${randomUUID()}@example.org`,
        Password: randomUUID(),
      });
      await press(page, "Sign up");
      await page.waitForURL(at(door, "/profile/"));
    },
    own: "/profile/",
    work: async (page, door) => {
      const name = unique();
      await open(page, door, "/profile/");
      await fill(page, { "Your name": name });
      await press(page, "Change the name");
      await page.getByRole("heading", { name }).waitFor();
    },
  },
  "rocket-ecommerce": {
    signIn: signInAt("/admin/login/", { name: "Username:", password: "Password:", button: "Log in" }),
    own: "/admin/",
    work: async (page, door) => {
      await open(page, door, "/");
      const products = await page
        .locator('main a[href*="/products/"]')
        .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
      for (const product of new Set(products)) {
        await page.goto(product);
        const buy = page.getByRole("button", { name: "Add to cart", exact: true });
        if ((await buy.count()) === 0) continue;
        await buy.click();
        await page.waitForURL(at(door, "/cart/"));
        return;
      }
      assert.fail("No product of the shop can be bought");
    },
  },
};
