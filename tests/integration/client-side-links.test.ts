import { expect, test } from "vitest";
import { waitUntilRendered, withPage } from "./browser/chromium.ts";
import { drivers } from "./drivers/drivers.ts";
import { changedEndpoints } from "./http/changed.ts";
import { urlAt } from "./http/endpoints.ts";
import { byName } from "./rows.ts";

const links = changedEndpoints.flatMap((endpoint) => {
  const { clientSideLink } = drivers[endpoint.app].browser;
  return clientSideLink === undefined
    ? []
    : [{ ...clientSideLink, link: clientSideLink.name, endpoint, name: endpoint.name }];
});

/** A browser scrolls to the top and resets the focus when it loads a page. Behind such a link the application has to do both. */
test.each(byName(links))(
  "%s: a client-side link scrolls to the top and moves the focus",
  async (_, { endpoint, link, path }) => {
    await withPage({ viewport: { width: 360, height: 640 } }, async (page) => {
      await page.goto(urlAt(endpoint, "/"));
      await waitUntilRendered(page);
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link }).click();
      await page.waitForURL(urlAt(endpoint, path));
      await waitUntilRendered(page);
      expect(await page.evaluate(() => [document.activeElement?.tagName, window.scrollY])).toEqual(["MAIN", 0]);
    });
  },
);
