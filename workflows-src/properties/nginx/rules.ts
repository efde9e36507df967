/** The rules of nginx.conf: every directive and block is expected by one. Pure. */
import type { Catalog } from "../../../apps/catalog.ts";
import { differences, inAnyOrder, text } from "../core/exactly.ts";
import { connections } from "../core/proxy-needs.ts";
import { type Finding, type Rule, findingsOf } from "../core/rule.ts";
import { httpBlocks, httpDirectives } from "./http.ts";
import { type Content, servers } from "./locations.ts";
import { type Block, parseNginx } from "./parse.ts";

export interface Configuration {
  readonly catalog: Catalog;
  readonly main: Block;
}

const none: Block = { directives: [], blocks: [] };
const blockOf = ({ blocks }: Block, head: string): Block => blocks.find(([name]) => name === head)?.[1] ?? none;

/** The order of directives matters within a location: `if`, `rewrite` and `return` run one after the other. */
function differs(place: string, expected: Content, actual: Block): readonly string[] {
  const wanted = expected.blocks ?? {};
  return [
    ...differences(place, expected.directives, actual.directives),
    ...differences(
      `${place}: blocks`,
      inAnyOrder(...Object.keys(wanted)),
      actual.blocks.map(([head]) => head),
    ),
    ...actual.blocks.flatMap(([head, block]) => {
      const own = wanted[head];
      return own ? differs(`${place}: ${head}`, own, block) : [];
    }),
  ];
}

const isServer = ([head]: readonly [string, Block]): boolean => head === "server";
const portOf = ([, { directives }]: readonly [string, Block]): string =>
  directives.map((directive) => /^listen (\S+)/u.exec(directive)?.[1]).find(Boolean) ?? "no port";

const directives: Rule<Configuration> = {
  name: "the proxy waits, retries, forwards and logs as it has to",
  reason:
    "A retry could send a payment twice; a header that a client may set could forge its address; a time-out of a minute lets slow clients fill the proxy; an absolute redirect leads to the wrong host.",
  findings: ({ main }) => differences("http", inAnyOrder(...httpDirectives), blockOf(main, "http").directives),
};

/** The directives in the blocks of this one, each with its place. */
const directivesBelow = ({ blocks }: Block, place: string): readonly (readonly [place: string, directive: string])[] =>
  blocks.flatMap(([head, block]) => {
    const here = `${place}: ${head}`;
    return [...block.directives.map((directive) => [here, directive] as const), ...directivesBelow(block, here)];
  });

export const forwardedHeaders: Rule<Configuration> = {
  name: "no server, location or condition sets a header of the requests to applications",
  reason:
    "A level with one `proxy_set_header` inherits none: the headers that a client may forge would reach the application.",
  findings: ({ main }) =>
    directivesBelow(blockOf(main, "http"), "http")
      .filter(([, directive]) => directive.startsWith("proxy_set_header "))
      .map(([place, directive]) => `${place}: ${directive}`),
};

const maps: Rule<Configuration> = {
  name: "upstreams, maps and pages are those of the catalog",
  reason:
    "A map decides which request was in a replica already, which host a redirect may repeat, and what a log may show; an upstream keeps no connection to a replica that is gone.",
  findings: ({ main, catalog }) => {
    const { blocks } = blockOf(main, "http");
    const actual = { directives: [], blocks: blocks.filter((one) => !isServer(one)) };
    return differs("http", { directives: [], blocks: httpBlocks(catalog) }, actual);
  },
};

const everyServer: Rule<Configuration> = {
  name: "each application has its route and its port, and the proxy answers everything else",
  reason:
    "A request that reached a replica is sent to no other one; the method and the query survive a redirect; an application gets its prefix, and a browser gets the headers that protect the page.",
  findings: ({ main, catalog }) => {
    const expected = servers(catalog);
    const actual = blockOf(main, "http").blocks.filter(isServer);
    return [
      ...differences("servers", inAnyOrder(...Object.keys(expected)), actual.map(portOf)),
      ...actual.flatMap((one) => {
        const own = expected[portOf(one)];
        return own ? differs(`server ${portOf(one)}`, own, one[1]) : [];
      }),
    ];
  },
};

const sumOf = (main: Block, name: string): number =>
  Number(
    main.directives.map((directive) => /^(\S+) (\d+)$/u.exec(directive)).find((found) => found?.[1] === name)?.[2],
  );

const processes: Rule<Configuration> = {
  name: "the processes have the connections and the files that the applications may use",
  reason:
    "A flood to one application leaves room for the others; a connection may have a file; some machines allow a process 20,000 files.",
  findings: ({ main, catalog }) => {
    const events = blockOf(main, "events");
    const own = sumOf(events, "worker_connections");
    const workers = sumOf(main, "worker_processes");
    const files = sumOf(main, "worker_rlimit_nofile");
    const least = connections(catalog);
    return [
      ...differences(
        "main",
        inAnyOrder(
          text(/^worker_processes \d+$/u),
          text(/^worker_rlimit_nofile \d+$/u),
          "pid /tmp/nginx.pid",
          "error_log /dev/stderr warn",
        ),
        main.directives,
      ),
      ...differences(
        "blocks",
        ["events", "http"],
        main.blocks.map(([head]) => head),
      ),
      ...differences("events", [text(/^worker_connections \d+$/u)], events.directives),
      ...(workers * own >= least && workers * (own - 1) <= least
        ? []
        : [`worker_connections: ${workers} × ${own} is not ${least}, rounded up for each process`]),
      ...(files >= 2 * own && files < 20_000 ? [] : [`worker_rlimit_nofile: ${files} is not from ${2 * own} to 20000`]),
    ];
  },
};

export const nginxRules: readonly Rule<Configuration>[] = [directives, forwardedHeaders, maps, everyServer, processes];

/** Text that does not parse is a finding, too. */
export function nginxFindings(written: string, catalog: Catalog): readonly Finding[] {
  try {
    const found = findingsOf(nginxRules, { main: parseNginx(written), catalog });
    return found.map(({ rule, message }) => ({ rule, message: `nginx.conf: ${message}` }));
  } catch (cause) {
    return [{ rule: "nginx.conf can be read", message: cause instanceof Error ? cause.message : String(cause) }];
  }
}
