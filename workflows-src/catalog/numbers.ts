/** The range of each number of the catalog. Pure. */
import type { AppSpec } from "../../apps/catalog.ts";
import { scratchMiB } from "../stack/resources.ts";
import { metricsPort } from "../stack/services.ts";
import { type Entry, type EntryRule, found } from "./entry.ts";

type Numeric = "port" | "publishedPort" | "replicas" | "threads" | "moreConnections" | "memory";

interface Range {
  readonly field: Numeric;
  readonly least: number;
  readonly most: number;
}

/** The reason of each range stands beside it. */
const ranges: readonly Range[] = [
  // A container without capabilities may not listen below 1024.
  { field: "port", least: 1024, most: 65_535 },
  // The ports that belong to the applications; `--port-base` moves them together.
  { field: "publishedPort", least: 9001, most: 9099 },
  // Each replica may be tried once for a request within three seconds.
  { field: "replicas", least: 1, most: 50 },
  // What the server of appkit accepts.
  { field: "threads", least: 1, most: 64 },
  { field: "moreConnections", least: 0, most: 64 },
  // The files of /tmp are memory and leave three quarters to the replica; and what one machine has.
  { field: "memory", least: 4 * scratchMiB, most: 32_768 },
];

/** Ports of this range that other services publish. */
const published: Readonly<Record<number, string>> = { 9090: "Prometheus" };

const outOfRange = (entry: Entry, { field, least, most }: Range): readonly string[] => {
  const value = (entry.app as Readonly<Partial<Record<keyof AppSpec, unknown>>>)[field];
  if (value === undefined && field === "moreConnections") return [];
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
    ? []
    : [found(entry, field, value, `use a whole number from ${least} to ${most}`)];
};

export const numbers: EntryRule = (entry) => {
  const { port, publishedPort, replicas, route } = entry.app;
  return [
    ...ranges.flatMap((range) => outOfRange(entry, range)),
    ...(port === metricsPort ? [found(entry, "port", port, "that port serves the metrics; use another one")] : []),
    ...(published[publishedPort] === undefined
      ? []
      : [
          found(
            entry,
            "publishedPort",
            publishedPort,
            `that is the port of ${published[publishedPort]}; use another one`,
          ),
        ]),
    ...(replicas > 1 && route === null
      ? [
          found(
            entry,
            "replicas",
            replicas,
            `they cannot all publish port ${publishedPort} of the host; add a route, or use one replica`,
          ),
        ]
      : []),
  ];
};
