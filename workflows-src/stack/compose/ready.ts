/** The service with which `docker compose up` returns late: once every application and the proxy answer. Pure. */
import type { Catalog } from "../../../apps/catalog.ts";
import { images } from "../../../contract/base-images.ts";
import { users } from "../services.ts";
import { common, healthy } from "./flavour.ts";

/**
 * Compose waits for the health of a service only when another one depends on it. The proxy cannot be that other one: it would
 * not start as long as a single application is broken, and the other applications would be down with that one.
 */
export const ready = (catalog: Catalog) => ({
  image: images.proxy,
  user: users.proxy,
  ...common,
  restart: "unless-stopped",
  // It does nothing, but it may not exit: `docker compose up --wait` reports a service that has exited.
  entrypoint: [],
  command: ["sleep", "infinity"],
  // A process with the number 1 ignores SIGTERM.
  stop_signal: "SIGKILL",
  network_mode: "none",
  depends_on: Object.fromEntries(["reverse-proxy", ...Object.keys(catalog)].map((name) => [name, healthy])),
});
