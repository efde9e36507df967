/** A release as it is rolled out. */
import type { AppName } from "../../apps/catalog.ts";
import type { Digests } from "../../contract/digests.ts";
import type { PaymentSettings } from "../../contract/payments.ts";
import type { Ports } from "../../contract/ports.ts";

export interface Release {
  /** The account that owns the images, such as `127.0.0.1:5050/wmd`. */
  readonly owner: string;
  readonly digests: Digests<string, AppName>;
  readonly ports: Ports;
  /** The host that the smoke test sends its requests to. */
  readonly host: string;
  /** The shops' settings for Stripe; checkout is off without them. Only a swarm reads them. */
  readonly payments?: PaymentSettings;
  /** The networks of the proxies in front of the stack, as the setting TRUSTED_PROXIES has them. */
  readonly trustedProxies?: string | undefined;
}
