/** Rules for the configuration of the reverse proxy. */
import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import { nginxConf } from "./nginx.ts";

const routed = appNames.filter((name) => catalog[name].route !== null);

describe("nginx.conf", () => {
  const conf = nginxConf(catalog);
  test.each(routed)("%s has an upstream that is resolved repeatedly, a route, and its own port", (name) => {
    const { port, route, publishedPort } = catalog[name];
    expect(conf).toContain(
      `upstream ${name} {\n        zone ${name} 64k;\n        server ${name}:${port} resolve max_fails=1 fail_timeout=1s;`,
    );
    const prefix = String(route).slice(0, -1);
    expect(conf).toContain(
      `location ${route} {\n            set $route_prefix ${prefix};\n            proxy_pass http://${name}/;`,
    );
    expect(conf).toContain(
      `listen ${publishedPort};\n        server_name _;\n\n        location / {\n            set $route_prefix "";\n            proxy_pass http://${name};`,
    );
    expect(conf.match(new RegExp(`error_page 502 504 = @${name};`, "gu"))).toHaveLength(2);
    expect(conf.match(new RegExp(`location @${name} \\{`, "gu"))).toHaveLength(2);
  });
  test("listens on port 80 and on the ports of the applications behind it", () => {
    const ports = [...conf.matchAll(/listen (\d+)/gu)].map(([, port]) => Number(port));
    expect(ports).toEqual([80, ...routed.map((name) => catalog[name].publishedPort)]);
  });
  test("overwrites every header that an application could trust", () => {
    const set = [...conf.matchAll(/proxy_set_header ([\w-]+) (.+);/gu)].map(([, header, value]) => [header, value]);
    expect(Object.fromEntries(set)).toEqual({
      Connection: '""',
      Host: "$http_host",
      "X-Forwarded-Host": "$http_host",
      "X-Forwarded-For": "$remote_addr",
      "X-Forwarded-Proto": "$scheme",
      "X-Forwarded-Prefix": "$route_prefix",
      "X-Real-IP": '""',
      Forwarded: '""',
      "X-Request-ID": "$kept_request_id",
    });
    // A location that sets one header would drop all inherited ones.
    expect(conf.slice(conf.indexOf("\n    upstream "))).not.toContain("proxy_set_header");
  });
  test("never treats a response of an application as a dead replica", () => {
    expect(conf).toContain("proxy_next_upstream error timeout;");
    expect(conf).toContain("resolver 127.0.0.11 valid=1s ipv6=off;");
  });
});
