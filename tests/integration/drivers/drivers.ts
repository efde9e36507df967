/** The driver of each application. An application of the catalog without a driver does not compile. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { AppName } from "../../../apps/catalog.ts";
import { type Endpoint, urlAt } from "../http/endpoints.ts";
import { openPage } from "./browser-forms.ts";
import { docsDjangoGrafana } from "./docs-django-grafana.ts";
import { docsDjangoReact } from "./docs-django-react.ts";
import type { Driver, ShopDriver } from "./driver.ts";
import { ecommerceFlask } from "./ecommerce-flask.ts";
import { flaskSoftUi } from "./flask-soft-ui.ts";
import { rocketEcommerce } from "./rocket-ecommerce.ts";

export const drivers: Readonly<Record<AppName, Driver>> = {
  "docs-django-grafana": docsDjangoGrafana,
  "docs-django-react": docsDjangoReact,
  "ecommerce-flask": ecommerceFlask,
  "flask-soft-ui": flaskSoftUi,
  "rocket-ecommerce": rocketEcommerce,
};

export function shopDriver(app: AppName): ShopDriver {
  const { shop } = drivers[app];
  if (shop === undefined) throw new Error(`${app} takes payments: add \`shop\` to tests/integration/drivers/${app}.ts`);
  return shop;
}

/** Opens the application's page for signed-in users, and fails when the application redirects to another page. */
export async function openProtectedPage(page: Page, endpoint: Endpoint): Promise<void> {
  const { protectedPath } = drivers[endpoint.app].browser;
  await openPage(page, endpoint, protectedPath);
  assert.equal(page.url(), urlAt(endpoint, protectedPath));
}
