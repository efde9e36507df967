/** Requests to the proxy, and what has to come of each: what reaches a replica, and what the client gets. */
import { type Catalog, prefixOf, routed } from "../../apps/catalog.ts";
import type { Sent } from "./proxy-on-loopback.ts";

type Headers = Readonly<Record<string, string | RegExp | undefined>>;

export interface Row {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly sent?: Sent;
  readonly status: number;
  /** The requests that reach replicas; none if it is left out. */
  readonly received?: readonly {
    readonly app: string;
    readonly method?: string;
    readonly url: string;
    readonly headers?: Headers;
    readonly body?: string;
  }[];
  /** `undefined`: the client does not get the header. */
  readonly headers?: Headers;
  readonly text?: RegExp;
}

const ownPage = /<meta name="application-name" content="reverse-proxy">/u;
const ownJson = /^\{"detail":"[^"<]{20,}"\}$/u;
const megabyte = "x".repeat(1024 ** 2);
const long = "x".repeat(9000);
const landing = {
  "content-security-policy": /^default-src 'none'; .*frame-ancestors 'none'; base-uri 'none'; form-action 'none'$/u,
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cache-control": "no-cache",
};

/** At its route and at its own port, the application gets the same path; only the prefix differs. */
const routing = (catalog: Catalog): readonly Row[] =>
  routed(catalog).flatMap(([app, spec]): readonly Row[] => {
    const prefix = prefixOf(spec);
    const url = "/a/b?x=1&y=%20%26";
    const places = [
      { where: "its route", port: 80, path: prefix + url, forwarded: prefix },
      { where: "its port", port: spec.publishedPort, path: url, forwarded: undefined },
    ];
    return [
      ...places.flatMap(({ where, port, path, forwarded }): readonly Row[] => [
        {
          name: `${app} at ${where}`,
          port,
          path,
          sent: { headers: { host: "localhost:8080" } },
          status: 200,
          received: [
            {
              app,
              url,
              headers: {
                host: "localhost:8080",
                "x-forwarded-host": "localhost:8080",
                "x-forwarded-prefix": forwarded,
              },
            },
          ],
          headers: { "x-of-the-application": "kept" },
        },
        {
          name: `a form of ${app} at ${where} whose connection breaks is not sent again`,
          port,
          path: path.replace(url, "/cut"),
          sent: { method: "POST", body: "paid=1" },
          status: 502,
          received: [{ app, method: "POST", url: "/cut", body: "paid=1" }],
          headers: { "retry-after": undefined },
          text: ownPage,
        },
      ]),
      {
        name: `${app} without the slash: method and query are kept`,
        port: 80,
        path: `${prefix}?x=1&y=2`,
        sent: { method: "POST", body: "x" },
        status: 308,
        headers: { location: `${spec.route}?x=1&y=2` },
      },
    ];
  });

/** Of one application, since the locations of all are compiled alike. */
const behaviour = (catalog: Catalog): readonly Row[] => {
  const [[app, spec]] = routed(catalog) as [ReturnType<typeof routed>[number]];
  const at = (path: string) => ({ port: 80, path: `${prefixOf(spec)}${path}` });
  const passed = (path: string, more: object = {}) => ({ received: [{ app, url: path, ...more }] });
  return [
    {
      name: "headers that an application trusts are overwritten",
      ...at("/"),
      sent: {
        headers: {
          "x-forwarded-for": "203.0.113.9",
          "x-forwarded-proto": "https",
          "x-forwarded-host": "evil.example",
          "x-forwarded-prefix": "/evil",
          "x-real-ip": "203.0.113.9",
          forwarded: "for=203.0.113.9",
          connection: "keep-alive, x-evil",
        },
      },
      status: 200,
      ...passed("/", {
        headers: {
          "x-forwarded-for": /^127\.[\d.]+$/u,
          "x-forwarded-proto": "http",
          "x-forwarded-host": "localhost",
          "x-forwarded-prefix": prefixOf(spec),
          "x-real-ip": undefined,
          forwarded: undefined,
        },
      }),
    },
    {
      name: "a well-formed ID of a request is kept",
      ...at("/"),
      sent: { headers: { "x-request-id": "my-request.1_2" } },
      status: 200,
      ...passed("/", { headers: { "x-request-id": "my-request.1_2" } }),
    },
    {
      name: "any other ID is replaced",
      ...at("/"),
      sent: { headers: { "x-request-id": "evil id" } },
      status: 200,
      ...passed("/", { headers: { "x-request-id": /^[0-9a-f]{32}$/u } }),
    },
    {
      name: "a body arrives complete, by its method",
      ...at("/form"),
      sent: { method: "PUT", body: megabyte },
      status: 200,
      ...passed("/form", { method: "PUT", body: megabyte }),
    },
    {
      name: "a body over the limit reaches nobody",
      ...at("/form"),
      sent: { method: "POST", headers: { "content-length": "3000000" } },
      status: 413,
      text: ownPage,
    },
    {
      name: "a form that is not answered in time is not sent again",
      ...at("/hang"),
      sent: { method: "POST", body: "paid=1" },
      status: 504,
      ...passed("/hang", { method: "POST" }),
      headers: { "retry-after": undefined },
      text: ownPage,
    },
    ...[400, 404, 413, 429, 500, 502, 503, 504].map((status) => ({
      name: `the application's own ${status} is passed on`,
      ...at(`/status/${status}`),
      sent: { method: "POST" },
      status,
      ...passed(`/status/${status}`, { method: "POST" }),
      headers: { "x-of-the-application": "kept" },
      text: new RegExp(`^${app} at `, "u"),
    })),
    {
      name: "the application's own redirect is passed on",
      ...at("/to/elsewhere?x=1"),
      status: 302,
      ...passed("/to/elsewhere?x=1"),
      headers: { location: "/elsewhere?x=1" },
    },
    { name: "an address that is too long", ...at(`/?${long}`), status: 414, text: ownPage },
    { name: "headers that are too large", ...at("/"), sent: { headers: { cookie: long } }, status: 431, text: ownPage },
  ];
};

/** Each error of the proxy itself, for a browser and for a client of an API. */
const errors = (catalog: Catalog): readonly Row[] => {
  const [[app, spec]] = routed(catalog) as [ReturnType<typeof routed>[number]];
  const alone = Object.keys(catalog).find((name) => catalog[name]?.route === null);
  const prefix = prefixOf(spec);
  const kinds: readonly Row[] = [
    { name: "400", port: 80, path: spec.route, sent: { headers: { "content-length": "many" } }, status: 400 },
    { name: "404", port: 80, path: "/nowhere/", status: 404 },
    ...(alone === undefined
      ? []
      : [
          {
            name: "404 of a link",
            port: 80,
            path: `/${alone}`,
            sent: { headers: { host: "evil.example" } },
            status: 404,
          },
        ]),
    {
      name: "413",
      port: 80,
      path: `${prefix}/form`,
      sent: { method: "POST", headers: { "content-length": "3000000" } },
      status: 413,
    },
    { name: "431", port: 80, path: spec.route, sent: { headers: { cookie: long } }, status: 431 },
    ...[
      { status: 502, url: "/cut" },
      { status: 504, url: "/hang" },
    ].map(({ status, url }) => ({
      name: String(status),
      port: spec.publishedPort,
      path: url,
      sent: { method: "POST", body: "paid=1" },
      status,
      received: [{ app, method: "POST", url }],
    })),
  ];
  const page = { type: "text/html; charset=utf-8", text: ownPage };
  const json = { type: "application/json", text: ownJson };
  const clients = [
    { who: "a browser", accept: "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8", ...page },
    { who: "a client that accepts everything", accept: "*/*", ...page },
    { who: "a script of a page", accept: "application/json, text/plain, */*", ...json },
    { who: "a client of problems", accept: "application/problem+json", ...json },
    { who: "a client that would rather not have a page", accept: "application/json, text/html;q=0.5", ...json },
  ];
  const answered = (row: Row, { type, text }: typeof page): Row => ({
    ...row,
    headers: { "content-type": type, vary: "Accept", "x-of-the-application": undefined },
    text,
  });
  return [
    ...kinds.flatMap((row) =>
      clients.map(({ who, accept, ...answer }) =>
        answered(
          {
            ...row,
            name: `the ${row.name} of the proxy for ${who}`,
            // First, because nginx knows no header that follows one that is too large.
            sent: { ...row.sent, headers: { accept, ...row.sent?.headers } },
          },
          answer,
        ),
      ),
    ),
    ...[
      { place: "an API at its route", port: 80, path: `${prefix}/api/x?y=1`, ...json },
      { place: "an API at its port", port: spec.publishedPort, path: "/api/x", ...json },
      { place: "the start of an API, which may be a page", port: 80, path: `${prefix}/api/?x=/api/x`, ...page },
      { place: "a page with an API in its query", port: 80, path: `${prefix}/x?y=/api/x`, ...page },
    ].map(({ place, port, path, ...answer }) =>
      answered(
        {
          name: `the 413 of the proxy for ${place}`,
          port,
          path,
          sent: { method: "POST", headers: { accept: "text/html", "content-length": "3000000" } },
          status: 413,
        },
        answer,
      ),
    ),
  ];
};

const own = (catalog: Catalog): readonly Row[] => [
  { name: "the landing page", port: 80, path: "/", status: 200, headers: landing, text: /<h1>/u },
  {
    name: "the health of the proxy",
    port: 80,
    path: "/healthz",
    status: 200,
    headers: { "content-type": "application/json" },
    text: /^\{"status":"ok","app":"reverse-proxy","replica":"[^"]+"\}\n$/u,
  },
  { name: "its health, in the container", port: 8081, path: "/healthz", status: 200, text: /^\{"status":"ok"/u },
  { name: "an unknown path", port: 80, path: "/nowhere/", status: 404, text: ownPage, headers: { server: "nginx" } },
  { name: "a page of an error, requested by its path", port: 80, path: "/proxy-errors/400", status: 404 },
  ...Object.entries(catalog).flatMap(([app, { route, publishedPort }]): readonly Row[] =>
    route === null
      ? [
          {
            name: `the link to ${app}, which has a port of its own`,
            port: 80,
            path: `/${app}`,
            status: 302,
            headers: { location: `http://localhost:${publishedPort}/` },
          },
          {
            name: `the link to ${app} on a host that may be anybody's`,
            port: 80,
            path: `/${app}`,
            sent: { headers: { host: "evil.example" } },
            status: 404,
            headers: { location: undefined },
            text: ownPage,
          },
        ]
      : [],
  ),
];

export const requests = (catalog: Catalog): readonly Row[] =>
  [...routing(catalog), ...behaviour(catalog), ...errors(catalog), ...own(catalog)].map((row) => ({
    ...row,
    // Without https, a browser must not be told to use it.
    headers: { "strict-transport-security": undefined, ...row.headers },
  }));
