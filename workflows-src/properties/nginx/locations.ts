/** What each server and location of the proxy holds, and why. */
import { type AppSpec, type Catalog, prefixOf, routed } from "../../../apps/catalog.ts";
import { text } from "../core/exactly.ts";

/** The expected content of a block: its directives in order, and its blocks by their heads. */
export interface Content {
  readonly directives: readonly unknown[];
  readonly blocks?: Readonly<Record<string, Content>>;
}

const content = (...directives: readonly unknown[]): Content => ({ directives });

/** On https only: nginx sends no header without a value. A level with headers of its own inherits none. */
const security = "add_header Strict-Transport-Security $transport_security always";
const health = text(/^return 200 '\{"status":"ok","app":"reverse-proxy","replica":"\$hostname"\}\\n'$/u);
/**
 * A page or JSON. The type is a header, since `default_type` takes no variable, and would be sent as well unless it is empty.
 * A cache keeps both formats apart.
 */
const answer = (status: number, name: number | string = status, ...more: readonly string[]): Content =>
  content(
    'default_type ""',
    "add_header Content-Type $error_type always",
    "add_header Vary Accept always",
    security,
    ...more,
    `return ${status} $error_${name}`,
  );

/** A request that reached a replica may have had an effect: its error is shown, and it is sent to no other replica. */
const reachedOne: Readonly<Record<string, Content>> = {
  "if ($failed_at_replica = 504)": content("return 504 $error_504"),
  "if ($failed_at_replica)": content("return 502 $error_502"),
};

/** Each replica may be tried once, and the one that a rollout starts. */
const tries = ({ replicas }: AppSpec): string => `proxy_next_upstream_tries ${replicas + 1}`;

/** A level with one `limit_conn` or `error_page` inherits none: all of them have to stand here. */
const toApplication = (name: string, app: AppSpec, prefix: string, target: string): Content =>
  content(
    `set $app ${name}`,
    `set $route_prefix ${prefix === "" ? '""' : prefix}`,
    // Of one address, and of one application. A flood of 5,000 requests to one application leaves 1,000 for others.
    "limit_conn clients 256",
    "limit_conn client_bodies 4",
    "limit_conn applications 6000",
    "limit_conn bodies 16",
    tries(app),
    `proxy_pass http://${target}`,
    "error_page 413 @too_large",
    "error_page 429 @too_many",
    "error_page 503 @unavailable",
    `error_page 502 504 = @${name}`,
  );

const retried = (name: string, app: AppSpec, ...rewriting: readonly string[]): Content => ({
  directives: [...rewriting, tries(app), `proxy_pass http://${name}`, "error_page 502 504 = @unavailable"],
  blocks: { "if ($failed_at_replica)": content("return 502") },
});

/** The errors with which the proxy itself answers, in every server. */
const errorLocations: Readonly<Record<string, Content>> = {
  ...Object.fromEntries(
    [400, 414, 431].map((status) => [`location = /proxy-errors/${status}`, answer(status, status, "internal")]),
  ),
  "location @too_large": answer(413),
  "location @too_many": answer(429, 429, "add_header Retry-After 1 always"),
  "location @unavailable": {
    ...answer(503, 503, "add_header Retry-After $retry_after always"),
    blocks: reachedOne,
  },
};

const healthLocation = (...more: readonly string[]): Readonly<Record<string, Content>> => ({
  "location = /healthz": content(...more, "default_type application/json", health),
});

const landing = content(
  "root /usr/share/nginx/html",
  "rewrite ^ /index.html break",
  `add_header Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'" always`,
  "add_header X-Content-Type-Options nosniff always",
  "add_header Referrer-Policy same-origin always",
  "add_header Cache-Control no-cache always",
  security,
);

/** The link of the landing page to an application with a port of its own; a host that may be anybody's is not repeated. */
const link: Content = {
  directives: ["error_page 404 @own_port", "return 302 $client_scheme://$redirect_host:$own_port/"],
  blocks: { 'if ($redirect_host = "")': content("return 404") },
};

const routes = (catalog: Catalog): Readonly<Record<string, Content>> =>
  Object.fromEntries(
    Object.entries(catalog).flatMap(([name, app]): readonly (readonly [string, Content])[] => {
      const prefix = prefixOf(app);
      if (app.route === null) return [[`location = /${name}`, link]];
      return [
        // 308 keeps the method and the body of a form.
        [`location = ${prefix}`, content(`return 308 ${prefix}/$is_args$args`)],
        [`location ${prefix}/`, toApplication(name, app, prefix, `${name}/`)],
        [`location @${name}`, retried(name, app, `rewrite "(?s)^${prefix}(/.*)$" $1 break`)],
      ];
    }),
  );

/** By the port that each listens on. */
export const servers = (catalog: Catalog): Readonly<Record<string, Content>> => ({
  // A port that no visitor reaches: a flood fills the queues of the others.
  "127.0.0.1:8081": {
    directives: ["listen 127.0.0.1:8081", "server_name _", "access_log off"],
    blocks: healthLocation(),
  },
  "80": {
    directives: ["listen 80 default_server reuseport backlog=4096", "server_name _"],
    blocks: {
      "location = /": landing,
      ...healthLocation("access_log off"),
      ...routes(catalog),
      "location /": answer(404),
      "location @own_port": answer(404, "own_port"),
      ...errorLocations,
    },
  },
  ...Object.fromEntries(
    routed(catalog).map(([name, app]) => [
      String(app.publishedPort),
      {
        directives: [`listen ${app.publishedPort} reuseport backlog=4096`, "server_name _"],
        blocks: {
          "location /": toApplication(name, app, "", name),
          [`location @${name}`]: retried(name, app),
          ...errorLocations,
        },
      },
    ]),
  ),
});
