/** The pages that each application has: a crawl that misses one, or finds it without a link to it, is red. */
import type { AppName } from "../../apps/catalog.ts";

export interface Site {
  /** Paths without their queries; `*` stands for any one segment, of which a few are enough. */
  readonly everybody: readonly string[];
  /** Only for who is not signed in. */
  readonly strangers: readonly string[];
  /** Only for who is signed in. */
  readonly members: readonly string[];
}

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

export const sites: Readonly<Record<AppName, Site>> = {
  "docs-django-grafana": {
    everybody: ["/", "/api/", "/api/openapi.json", "/api/transactions/"],
    strangers: ["/sign-in/"],
    members: ["/book/", "/account/", "/account/password/", "/sql/"],
  },
  "docs-django-react": {
    everybody: ["/", "/diagrams", "/diagrams/*"],
    strangers: ["/sign-in"],
    members: ["/account"],
  },
  "ecommerce-flask": {
    everybody: ["/", "/products/*"],
    strangers: ["/admin/login"],
    members: ["/admin", "/admin/products/new", "/admin/orders", "/admin/sessions"],
  },
  "flask-soft-ui": {
    everybody: [
      "/",
      "/about/",
      "/author/",
      "/contact/",
      "/components/",
      ...components.map((name) => `/components/${name}/`),
    ],
    strangers: ["/sign-in/", "/sign-up/"],
    members: ["/profile/"],
  },
  "rocket-ecommerce": {
    everybody: ["/", "/categories/*/", "/products/*/", "/cart/", "/orders/", "/currency/"],
    strangers: ["/admin/login/"],
    members: ["/admin/", "/sales/"],
  },
};
