import { randomInt } from "node:crypto";
import * as v from "valibot";
import { fieldOf } from "../http/html.ts";
import { parseJson } from "../http/json.ts";
import { redirectTarget, requireOk } from "../http/request.ts";
import { clickButton, fillIn, openPage, signInWithBrowser } from "./browser-forms.ts";
import type { BrowserDriver, Driver, HttpDriver, SqlStatistics } from "./driver.ts";
import { account, djangoToken, signInAt, uniqueText } from "./http-forms.ts";

const signIn = signInAt("/sign-in/", "username");

const sqlStatistics: SqlStatistics = {
  execute: async (visitor) => {
    await signIn(visitor);
    const { name } = account(visitor.endpoint.app);
    requireOk(await visitor.get(`/api/transactions/?user=${name}&min=1234.5`));
  },
  executed: /^SELECT .*"username" = .*LIMIT/u,
  statements: async ({ get }) => {
    const logs = v.object({ statements: v.array(v.object({ statement: v.string() })) });
    const { statements } = parseJson(logs, requireOk(await get("/api/sql-logs/?limit=100")).text);
    return statements.map(({ statement }) => statement);
  },
};

const http: HttpDriver = {
  redirect: { from: "/book/", to: "/sign-in/?next=/book/" },
  formPath: "/sign-in/",
  apiPath: "/api/transactions/",
  signIn,
  write: async ({ get, postForm }) => {
    const form = requireOk(await get("/book/")).text;
    const text = uniqueText();
    const amount = (randomInt(1, 10_000_000) / 100).toFixed(2);
    const response = await postForm("/book/", {
      [djangoToken]: fieldOf(form, djangoToken),
      type: fieldOf(form, "type"),
      amount,
      time: "",
      note: text,
    });
    redirectTarget(response);
    return { response, path: `/api/transactions/?min=${amount}&max=${amount}`, text };
  },
  writeWithoutToken: async ({ get, postForm }) => {
    requireOk(await get("/sign-in/"));
    return postForm("/sign-in/", { username: "tests", password: "wrong" });
  },
  sqlStatistics,
};

const browser: BrowserDriver = {
  signIn: signInWithBrowser("/sign-in/", { name: "Username", password: "Password", button: "Sign in" }),
  protectedPath: "/account/",
  write: async (page, endpoint) => {
    const note = uniqueText();
    await openPage(page, endpoint, "/book/");
    await page.getByRole("radio").first().check();
    await fillIn(page, { "Amount in €": "12.34", Note: note });
    await clickButton(page, "Book it");
    await page.getByRole("cell", { name: note }).waitFor();
  },
};

export const docsDjangoGrafana: Driver = {
  http,
  browser,
  pages: {
    everybody: ["/", "/api/", "/api/openapi.json", "/api/transactions/"],
    signedOut: ["/sign-in/"],
    signedIn: ["/book/", "/account/", "/account/password/", "/sql/"],
  },
};
