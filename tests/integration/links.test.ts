import { afterAll, expect, test } from "vitest";
import { closeBrowser, drawn, withPage } from "./browser.ts";
import { at, doorsOf, named } from "./doors.ts";

afterAll(closeBrowser);

/** A link of this application loads no page: what a browser does on a page's load is the application's own to do. */
test.each(named(doorsOf("docs-django-react")))("%s: a followed link shows its page from the top", async (_, door) => {
  await withPage({ viewport: { width: 360, height: 640 } }, async (page) => {
    await page.goto(at(door, "/"));
    await drawn(page);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Diagrams" }).click();
    await page.waitForURL(at(door, "/diagrams"));
    await drawn(page);
    expect(await page.evaluate(() => [document.activeElement?.tagName, window.scrollY])).toEqual(["MAIN", 0]);
  });
});
