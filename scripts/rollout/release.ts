/** A release as it is rolled out. */
import type { AppName } from "../../apps/catalog.ts";
import type { Digests } from "../../contract/digests.ts";
import type { PaymentSettings } from "../../contract/payments.ts";
import type { Ports } from "../../contract/ports.ts";

export interface Release {
  readonly owner: string;
  readonly digests: Digests<string, AppName>;
  readonly ports: Ports;
  /** Where the release is asked for from outside. */
  readonly host: string;
  /** What the shops are told of Stripe; without it checkout is off. Read by a swarm only. */
  readonly payments?: PaymentSettings;
}
