/**
 * The applications: the only place where one is described.
 * Workflows, compose files, the swarm stack, nginx, the landing page and every stage derive from it.
 */

export interface AppSpec {
  /** Image, and folder below `apps/`. */
  readonly image: string;
  readonly title: string;
  readonly summary: string;
  /** The port that the container listens on. */
  readonly port: number;
  /** Path below port 80 of the reverse proxy; `null`: not behind it. */
  readonly route: `/${string}/` | null;
  /** Port on the host at which the application answers at its root. */
  readonly publishedPort: number;
  readonly replicas: number;
  /** gunicorn threads a replica: each may hold one connection to Postgres. */
  readonly threads: number;
  /** Connections to Postgres that a replica may hold beside those of its threads. */
  readonly moreConnections?: number;
  /** MiB of memory that a replica may use, its files in /tmp included. Today's replicas use 48 to 99 MiB. */
  readonly memory: number;
  /**
   * Paths below the application's root whose segment `*` is a key: anybody who knows such an address may see the page. No log
   * of the proxy contains the key.
   */
  readonly secretPaths?: readonly `/${string}/*`[];
  /** A path from which a script of the start page loads that page's data. */
  readonly dataPath?: `/${string}`;
  /** Targets of its Dockerfile that run its unit tests. */
  readonly tests: readonly [string, ...string[]];
  /** People sign in, and `manage.py create-admin NAME` makes the first of them. */
  readonly accounts?: true;
  /** It sells by Stripe: it needs an address that the public knows, keys, and to be told of payments. */
  readonly payments?: true;
  /** Settings of its own in the test stack, beside those that every application has. */
  readonly testSettings?: Readonly<Record<string, string>>;
}

export const catalog = {
  "docs-django-grafana": {
    image: "docs-django-grafana",
    title: "Transactions",
    summary: "A ledger with filters, a REST API and metrics. Django, on a port of its own.",
    port: 8000,
    route: null,
    publishedPort: 9005,
    replicas: 1,
    threads: 4,
    memory: 384,
    // One writes the statistics of SQL, one counts the ledger for Prometheus.
    moreConnections: 2,
    tests: ["test"],
    accounts: true,
  },
  "docs-django-react": {
    image: "docs-django-react",
    title: "Charts and flows",
    summary: "A React dashboard and a diagram editor over a Django API.",
    port: 8000,
    route: "/django-react/",
    publishedPort: 9001,
    replicas: 1,
    threads: 4,
    memory: 384,
    dataPath: "/api/dashboard",
    tests: ["test", "test-frontend"],
    accounts: true,
  },
  "ecommerce-flask": {
    image: "ecommerce-flask-stripe",
    title: "Shop",
    summary: "A small shop: products from files and from its admin, checkout by Stripe. Flask.",
    port: 5000,
    route: "/ecommerce-flask/",
    publishedPort: 9002,
    replicas: 1,
    threads: 4,
    memory: 384,
    // The number of an order is that of Stripe's checkout session, which opens the buyer's page, too.
    secretPaths: ["/admin/orders/*"],
    tests: ["test"],
    accounts: true,
    payments: true,
  },
  "flask-soft-ui": {
    image: "flask-soft-ui-design",
    title: "Soft UI",
    summary: "A design system with a page for each component, accounts and a contact form. Flask, five replicas.",
    port: 5000,
    route: "/flask-soft-ui/",
    publishedPort: 9003,
    replicas: 5,
    threads: 4,
    memory: 384,
    secretPaths: ["/contact/*"],
    tests: ["test"],
    // All tests come from one network.
    testSettings: { MESSAGES_PER_HOUR: "10000", SIGN_UPS_PER_HOUR: "1000" },
  },
  "rocket-ecommerce": {
    image: "rocket-ecommerce",
    title: "Rocket",
    summary: "A shop with a catalogue, a cart, discounts, orders and stock. Django, five replicas.",
    port: 8000,
    route: "/rocket-ecommerce/",
    publishedPort: 9004,
    replicas: 5,
    threads: 4,
    // One sweeps unpaid orders, one clears old carts and sessions.
    moreConnections: 2,
    memory: 384,
    secretPaths: ["/orders/*"],
    tests: ["test"],
    accounts: true,
    payments: true,
  },
} as const satisfies Record<string, AppSpec>;

/** The name of an application's service. */
export type AppName = Extract<keyof typeof catalog, string>;

export const appNames = Object.keys(catalog) as readonly AppName[];

/** Any catalog: the tests of the compilers use others than the one above. */
export type Catalog = Readonly<Record<string, AppSpec>>;

/** Applications behind the proxy; the others publish their port themselves. */
export const routed = (apps: Catalog): readonly (readonly [string, AppSpec & { readonly route: string }])[] =>
  Object.entries(apps).flatMap(([name, app]) =>
    app.route === null ? [] : [[name, { ...app, route: app.route }] as const],
  );

/** The path prefix of an application's pages behind the proxy; empty at the root of a port of its own. */
export const prefixOf = ({ route }: AppSpec): string => route?.slice(0, -1) ?? "";

/** The applications that take payments. */
export const shopsIn = (apps: Catalog): readonly string[] =>
  Object.keys(apps).filter((name) => apps[name]?.payments === true);
