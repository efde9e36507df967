import { expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { onHost, withPage } from "./browser/chromium.ts";
import { drivers, openProtectedPage } from "./drivers/drivers.ts";
import { changedEndpoints } from "./http/changed.ts";
import { endpoints, endpointsOf, specOf, urlAt } from "./http/endpoints.ts";
import { byName } from "./rows.ts";

const endpointsOnHost = endpoints.map(onHost);
const signInAt = [
  { name: "its route, or else its port", at: appNames.map((app) => onHost(endpointsOf(app)[0])) },
  { name: "its port", at: appNames.map((app) => onHost(endpointsOf(app).at(-1) ?? endpointsOf(app)[0])) },
];

/** The proxy takes the replicas in turn, so this is far more than needed. */
const maxPages = 60;

test.for(byName(signInAt))(
  "one browser that signs in to every application at %s stays signed in at every endpoint",
  async ([, { at }]) => {
    await withPage({}, async (page) => {
      for (const endpoint of at) await drivers[endpoint.app].browser.signIn(page, endpoint);
      // Writing changes the session of one application, and must not end the session of another.
      for (const endpoint of endpointsOnHost) await drivers[endpoint.app].browser.write(page, endpoint);
      for (const endpoint of endpointsOnHost) await openProtectedPage(page, endpoint);
      const sessions = (await page.context().cookies()).filter(({ name }) => name.endsWith("-session"));
      expect(sessions.map(({ name }) => name).toSorted()).toEqual(appNames.map((app) => `${app}-session`).toSorted());
    });
  },
);

const replicated = changedEndpoints.filter(({ app }) => specOf(app).replicas > 1);

test.for(byName(replicated))("%s: a session of one replica is valid at another", async ([, endpoint]) => {
  const { signIn, protectedPath } = drivers[endpoint.app].browser;
  await withPage({}, async (page) => {
    let signedInAt: string | undefined;
    page.on("response", (response) => {
      if (response.request().method() === "POST") signedInAt = response.headers()["x-replica"];
    });
    await signIn(page, endpoint);
    const readAt = new Set<string | undefined>();
    const anotherAnswered = (): boolean => [...readAt].some((replica) => replica !== signedInAt);
    for (let pages = 0; pages < maxPages && !anotherAnswered(); pages += 1) {
      const response = await page.goto(urlAt(endpoint, protectedPath));
      expect(page.url()).toBe(urlAt(endpoint, protectedPath));
      expect(response?.status()).toBe(200);
      readAt.add(response?.headers()["x-replica"]);
    }
    expect(signedInAt).toMatch(/^[0-9a-f]{12}$/u);
    expect(anotherAnswered(), `only ${String(signedInAt)} answered`).toBe(true);
  });
});
