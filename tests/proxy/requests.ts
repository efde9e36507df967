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
  [...routing(catalog), ...behaviour(catalog), ...own(catalog)].map((row) => ({
    ...row,
    // Without https, a browser must not be told to use it.
    headers: { "strict-transport-security": undefined, ...row.headers },
  }));
