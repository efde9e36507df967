import { randomUUID } from "node:crypto";
import { urlAt } from "../http/endpoints.ts";
import { fieldOf } from "../http/html.ts";
import { redirectTarget, requireOk } from "../http/request.ts";
import { clickButton, fillIn, openPage } from "./browser-forms.ts";
import type { BrowserDriver, Driver, HttpDriver } from "./driver.ts";
import { flaskToken, pathFrom, uniqueText } from "./http-forms.ts";

const message = () => ({ name: "A test", email: "test@example.org", topic: "idea", message: uniqueText() });

const http: HttpDriver = {
  redirect: { from: "/contact", to: "/contact/" },
  formPath: "/contact/",
  write: async ({ get, postForm }) => {
    const form = requireOk(await get("/contact/")).text;
    const fields = message();
    const response = await postForm("/contact/", { [flaskToken]: fieldOf(form, flaskToken), ...fields });
    return { response, path: pathFrom(redirectTarget(response), "/contact/"), text: fields.message };
  },
  writeWithoutToken: async ({ get, postForm }) => {
    requireOk(await get("/contact/"));
    return postForm("/contact/", message());
  },
};

const browser: BrowserDriver = {
  // Visitors create their own accounts here, so the test stack has none.
  signIn: async (page, endpoint) => {
    const account = { "E-mail address": `test-${randomUUID()}@example.org`, Password: randomUUID() };
    await openPage(page, endpoint, "/sign-up/");
    await fillIn(page, { "Your name": "A test", ...account });
    await clickButton(page, "Sign up");
    await page.waitForURL(urlAt(endpoint, "/sign-in/"));
    await fillIn(page, account);
    await clickButton(page, "Sign in");
    await page.waitForURL(urlAt(endpoint, "/profile/"));
  },
  protectedPath: "/profile/",
  write: async (page, endpoint) => {
    const name = uniqueText();
    await openPage(page, endpoint, "/profile/");
    await fillIn(page, { "Your name": name });
    await clickButton(page, "Change the name");
    await page.getByRole("heading", { name }).waitFor();
  },
};

const components = [
  "alerts",
  "avatars",
  "badges",
  "breadcrumbs",
  "buttons",
  "dropdowns",
  "features",
  "forms",
  "heroes",
  "inputs",
  "modals",
  "navbars",
  "pagination",
  "progress-bars",
  "tabs",
  "toggles",
  "tooltips",
  "typography",
];

export const flaskSoftUi: Driver = {
  http,
  browser,
  pages: {
    everybody: [
      "/",
      "/about/",
      "/author/",
      "/contact/",
      "/components/",
      ...components.map((name) => `/components/${name}/`),
    ],
    signedOut: ["/sign-in/", "/sign-up/"],
    signedIn: ["/profile/"],
  },
};
