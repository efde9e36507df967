/** Services notice when a file that they mount changes. Pure. */
import { createHash } from "node:crypto";
import { parse } from "yaml";
import { differences } from "../core/exactly.ts";
import { type Files, type Rule, textOf } from "../core/rule.ts";
import { paths } from "./rules.ts";

/** The files that each service mounts, and of which a change has to recreate it. */
const mounted = {
  "reverse-proxy": ["nginx.conf", "landing.html", "apps/reverse-proxy/start.sh"],
  prometheus: ["prometheus.yml"],
} as const;

/** The configs of the stack: the beginning of the name, and the file. */
const configs = {
  nginx: ["nginx", "nginx.conf"],
  landing: ["landing", "landing.html"],
  "postgres-setup": ["setup", "apps/postgres/setup.sh"],
  "proxy-start": ["start", "apps/reverse-proxy/start.sh"],
} as const;

export const changeIsNoticed: Rule<Files> = {
  name: "a changed file recreates the services that mount it",
  reason:
    "A running container keeps the file that it was started with, and swarm refuses to change a config: the hash of the text makes both new.",
  findings: (files) => {
    const hash = (...names: readonly string[]): string =>
      createHash("sha256")
        .update(names.map((name) => textOf(files, name)).join("\0"))
        .digest("hex")
        .slice(0, 12);
    const labels = [paths.laptop, paths.tests].flatMap((path) => {
      const { services } = parse(textOf(files, path)) as { services: Record<string, { labels?: unknown } | undefined> };
      return Object.entries(mounted).flatMap(([name, sources]) =>
        differences(`${path}: ${name}.labels`, { "wmd.config": hash(...sources) }, services[name]?.labels),
      );
    });
    const expected = Object.fromEntries(
      Object.entries(configs).map(([name, [prefix, file]]) => [
        name,
        { file: `./${file}`, name: `wmd-${prefix}-${hash(file)}` },
      ]),
    );
    const stack = parse(textOf(files, paths.production)) as { configs?: unknown };
    return [...labels, ...differences(`${paths.production}: configs`, expected, stack.configs)];
  },
};
