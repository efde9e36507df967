/** Steps that the browser drivers share: opening a page, filling in a form, signing in. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { waitUntilRendered } from "../browser/chromium.ts";
import { type Endpoint, urlAt } from "../http/endpoints.ts";
import { account } from "./http-forms.ts";

/** Opens a page and waits until it is rendered. An error status fails at once, so that nothing waits for fields that never come. */
export async function openPage(page: Page, endpoint: Endpoint, path: string): Promise<void> {
  const url = urlAt(endpoint, path);
  const status = (await page.goto(url))?.status() ?? 0;
  assert(status < 400, `${url} answered ${status}`);
  await waitUntilRendered(page);
}

/** @param fields the new values, by the labels of their fields */
export async function fillIn(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
}

export const clickButton = async (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).click();

/** Signs in with the account that the test stack created. The texts are the labels of the form. */
export const signInWithBrowser =
  (path: string, labels: { readonly name: string; readonly password: string; readonly button: string }) =>
  async (page: Page, endpoint: Endpoint): Promise<void> => {
    const { name, password } = account(endpoint.app);
    await openPage(page, endpoint, path);
    await fillIn(page, { [labels.name]: name, [labels.password]: password });
    await clickButton(page, labels.button);
    const signIn = urlAt(endpoint, path);
    await page.waitForURL(({ href }) => href.startsWith(urlAt(endpoint, "/")) && !href.startsWith(signIn));
    await waitUntilRendered(page);
  };
