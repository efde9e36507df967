/** The committed nginx.conf keeps every rule, and every change of a directive breaks one. */
import { describe, expect, test } from "vitest";
import { catalog } from "../../../apps/catalog.ts";
import { catalogOf } from "../../testing/another-application.ts";
import { committedFiles, compiledFiles } from "../../testing/compiled-files.ts";
import { textOf } from "../core/rule.ts";
import { parseNginx } from "./parse.ts";
import { forwardedHeaders, nginxFindings, nginxRules } from "./rules.ts";

const committed = textOf(committedFiles, "nginx.conf");

test("the committed file keeps every rule", () => expect(nginxFindings(committed, catalog)).toEqual([]));

test.each([1, 6, 50])("so does the one of %i applications", (count) => {
  const other = catalogOf(count);
  expect(nginxFindings(textOf(compiledFiles(other), "nginx.conf"), other)).toEqual([]);
});

/** The numbers in these may be others, within a range. */
const tunable =
  /^(?:worker_|client_max_body_size|client_body_buffer_size|proxy_(?:busy_)?buffer|proxy_max_temp|limit_(?:req|conn)(?:_zone)? )/u;

/** Mistakes are made in the file of six applications that no catalog has: some have a route, and some have a port alone. */
const six = catalogOf(6);
const correct = textOf(compiledFiles(six), "nginx.conf");

test("each directive that is removed, repeated or changed is a finding", () => {
  const directives = [...correct.matchAll(/^ *[^\s#}][^\n]*;$/gmu)].map(({ 0: line, index }) => ({ line, index }));
  expect(directives.length).toBeGreaterThan(300);
  // Of directives that are alike, one: the servers of all applications are compiled alike.
  const kinds = [...new Map(directives.map((one) => [one.line.trim(), one])).values()];
  const unnoticed = kinds.flatMap(({ line, index }) =>
    [
      "",
      `${line}\n${line}`,
      tunable.test(line.trim()) ? line.replace(/\d+/u, "none") : line.replace(/(\S+);$/u, "other;"),
    ]
      .map((to) => correct.slice(0, index) + to + correct.slice(index + line.length))
      .filter((text) => nginxFindings(text, six).length === 0)
      .map(() => line),
  );
  expect(unnoticed).toEqual([]);
});

/** Mistakes that were made, or are easily made. */
test.each<readonly [why: string, from: string | RegExp, to: string]>([
  [
    "a request that reached a replica is sent to another",
    "proxy_next_upstream error timeout;",
    "proxy_next_upstream error timeout non_idempotent;",
  ],
  ["a retry whatever happened before", "if ($failed_at_replica) {", "if ($never) {"],
  ["the prefix kept on the retry", / *rewrite "\(\?s\)[^\n]*\n/u, ""],
  ["upstream connections that are kept", "keepalive 0;", "keepalive 16;"],
  ["retries without a bound", "proxy_next_upstream_timeout 3s;", "proxy_next_upstream_timeout 0;"],
  ["tries without a bound", /proxy_next_upstream_tries \d+;/u, "proxy_next_upstream_tries 0;"],
  ["a minute to connect", "proxy_connect_timeout 300ms;", "proxy_connect_timeout 60s;"],
  ["no limit of bodies", "client_max_body_size 2m;", "client_max_body_size 0;"],
  ["absolute redirects", "absolute_redirect off;", "absolute_redirect on;"],
  ["another status of a redirect", "return 308 ", "return 301 "],
  ["a query that is lost", "$is_args$args", ""],
  ["no policy for the landing page", /add_header Content-Security-Policy .*/u, ""],
  ["a health check that fails", "return 200 '{", "return 500 '{"],
  ["an unknown path that succeeds", "return 404 $error_404;", "return 200 $error_404;"],
  [
    "temporary files on the root file system",
    "proxy_temp_path /var/tmp/proxy;",
    "proxy_temp_path /var/cache/nginx/proxy;",
  ],
  [
    "a forged address",
    "proxy_set_header X-Forwarded-For $remote_addr;",
    "proxy_set_header X-Forwarded-For $http_x_forwarded_for;",
  ],
  ["a key in the log", '"path":"$logged_path"', '"path":"$request_uri"'],
  ["the version in each response", "server_tokens off;", "server_tokens on;"],
  ["a host of a stranger in a redirect", 'if ($redirect_host = "") {', "if ($never) {"],
  ["a server more", "http {", "http {\n    server {\n        listen 8443;\n    }"],
  [
    "a location more",
    "location = /healthz {",
    "location = /status {\n            stub_status;\n        }\n\n        location = /healthz {",
  ],
  ["a file of somebody's", "http {", "http {\n    include /etc/nginx/conf.d/*.conf;"],
  ["a directive within an `if` more", "return 504 $error_504;", "proxy_pass http://other;"],
  ["too few connections", /worker_connections \d+;/u, "worker_connections 512;"],
  ["more files than a machine allows", /worker_rlimit_nofile \d+;/u, "worker_rlimit_nofile 100000;"],
])("%s is a finding", (_, from, to) => {
  const text = correct.replace(from, to.replaceAll("$", "$$$$"));
  expect(text).not.toBe(correct);
  expect(nginxFindings(text, six)).not.toEqual([]);
});

test.each([
  ["server", "server_name _;"],
  ["location", "set $app "],
  ["condition", "return 504 $error_504;"],
])("a %s that sets a header of its own, and so inherits none, is a finding of its rule", (_, before) => {
  const text = correct.replace(before, `proxy_set_header X-Own 1;\n${before.replaceAll("$", "$$$$")}`);
  expect(text).not.toBe(correct);
  expect(nginxFindings(text, six).map(({ rule }) => rule)).toContain(forwardedHeaders.name);
});

describe("the parser", () => {
  test("reads words, quotes, comments and blocks", () =>
    expect(parseNginx('a b \'c; {\' "d\\"}"; # e;\nf g { h; i {} } j;')).toEqual({
      directives: ['a b \'c; {\' "d\\"}"', "j"],
      blocks: [["f g", { directives: ["h"], blocks: [["i", { directives: [], blocks: [] }]] }]],
    }));
  test.each(["a", "a {", "}", "a { b }", "a { b; "])("refuses %s", (text) =>
    expect(() => parseNginx(text)).toThrow("nginx.conf"),
  );
});

test("each rule says why it holds", () => {
  for (const { name, reason } of nginxRules) expect([name, reason.length > 40]).toEqual([name, true]);
});
