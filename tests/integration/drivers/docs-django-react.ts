import assert from "node:assert/strict";
import * as v from "valibot";
import { waitUntilRendered } from "../browser/chromium.ts";
import { urlAt } from "../http/endpoints.ts";
import { parseJson } from "../http/json.ts";
import { requireOk } from "../http/request.ts";
import { clickButton, fillIn, openPage, signInWithBrowser } from "./browser-forms.ts";
import type { BrowserDriver, Driver, HttpDriver } from "./driver.ts";
import { pathFrom, uniqueText } from "./http-forms.ts";

const emptyDiagram = () => ({ name: uniqueText(), nodes: [], edges: [] });

const http: HttpDriver = {
  redirect: { from: "/diagrams/", to: "/diagrams" },
  formPath: "/api/csrf",
  apiPath: "/api/diagrams",
  write: async ({ get, postJson }) => {
    const { token } = parseJson(v.object({ token: v.string() }), requireOk(await get("/api/csrf")).text);
    const diagram = emptyDiagram();
    const response = await postJson("/api/diagrams", diagram, { "x-csrftoken": token });
    assert.equal(response.status, 201, response.text);
    return { response, path: pathFrom(response.headers.location ?? "", "/api/"), text: diagram.name };
  },
  writeWithoutToken: async ({ get, postJson }) => {
    requireOk(await get("/api/csrf"));
    return postJson("/api/diagrams", emptyDiagram());
  },
};

const browser: BrowserDriver = {
  signIn: signInWithBrowser("/sign-in", { name: "Name", password: "Password", button: "Sign in" }),
  protectedPath: "/account",
  write: async (page, endpoint) => {
    await openPage(page, endpoint, "/diagrams");
    await fillIn(page, { Name: uniqueText() });
    await clickButton(page, "Create");
    await page.waitForURL(({ href }) => href.startsWith(urlAt(endpoint, "/diagrams/")));
    await waitUntilRendered(page);
  },
  clientSideLink: { name: "Diagrams", path: "/diagrams" },
};

export const docsDjangoReact: Driver = {
  http,
  browser,
  pages: {
    everybody: ["/", "/diagrams", "/diagrams/*"],
    signedOut: ["/sign-in"],
    signedIn: ["/account"],
  },
};
