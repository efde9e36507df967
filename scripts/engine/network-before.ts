/** Saves and reads the machine's network settings from before the start of the daemon. */
import { existsSync, writeFileSync } from "node:fs";
import * as v from "valibot";
import { parseJson } from "../../contract/json.ts";
import type { Home } from "./home.ts";
import { readOrEmpty } from "./machine.ts";

/** The machine's network settings before the start of the daemon, restored when it stops. */
const networkBeforeSchema = v.object({
  /** Content of `ipForwardFile`: "0" or "1". */
  forwarding: v.string(),
  /** The default policy of the chain FORWARD. */
  forwardPolicy: v.string(),
  /** When the daemon was started: an ISO 8601 time. */
  since: v.string(),
});
export type NetworkBefore = Readonly<v.InferOutput<typeof networkBeforeSchema>>;

export const ipForwardFile = "/proc/sys/net/ipv4/ip_forward";

export const saveNetworkBefore = (home: Home, before: NetworkBefore): void =>
  writeFileSync(home.networkBefore, JSON.stringify(before));

export const readNetworkBefore = (home: Home): NetworkBefore | undefined =>
  existsSync(home.networkBefore)
    ? parseJson(networkBeforeSchema, readOrEmpty(home.networkBefore), home.networkBefore)
    : undefined;

/** When the home's daemon was started: an ISO 8601 time. */
export const runningSince = (home: Home): string | undefined => readNetworkBefore(home)?.since;

/** The interfaces of this process's network namespace. They are not read from /sys: it shows the namespace in which it was mounted. */
export const networkInterfaces = (): ReadonlySet<string> =>
  new Set([...readOrEmpty("/proc/net/dev").matchAll(/^\s*([^\s:]+):/gmu)].map((match) => match[1] ?? ""));
