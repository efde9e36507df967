/** The place where a run of the pipeline ends up on this machine's engine. */
import type { Ports } from "../../contract/ports.ts";
import type { Effects } from "../core/effects.ts";
import type { Release } from "../rollout/release.ts";
import type { Credentials } from "../stages/publish.ts";

/** Whose images they will be, such as `127.0.0.1:5050/wmd`, and who pushes them. */
export interface Owner {
  readonly name: string;
  readonly credentials?: Credentials | undefined;
}

/** Where a run of the pipeline ends up on this machine's engine. */
export interface DeployTarget {
  readonly ports: Ports;
  /** Ports of the host that must be free, or held by containers with one of these labels. */
  readonly needs: { readonly ports: readonly number[]; readonly labels: readonly string[] };
  /** Runs work with a place to publish to. */
  readonly publishing: <T>(fx: Effects, work: (owner: Owner) => Promise<T>) => Promise<T>;
  readonly deploy: (release: Release, fx: Effects) => Promise<void>;
}
