/** The container of the integration tests. Pure. */
import { type Catalog } from "../../../apps/catalog.ts";
import { tmpfs } from "../resources.ts";
import { frontNetwork, hardened } from "../services.ts";
import { stripeAccounts, stripeFake } from "../stripe.ts";
import { healthy } from "./flavour.ts";

/** The only container of the test stack that exits. It reaches the same as a visitor: the proxy, and the applications that publish a port. */
export const tests = (catalog: Catalog) => {
  const apps = Object.entries(catalog);
  return {
    image: "wmd-tests",
    build: { context: ".", dockerfile: "tests/Dockerfile" },
    ...hardened,
    security_opt: ["no-new-privileges:true"],
    tmpfs: [tmpfs("/tmp", 2048, "mode=1777")],
    shm_size: "256m",
    // The integrate stage sets CHANGED; without it all applications are tested in full.
    environment: { STRIPE: stripeAccounts(catalog), CHANGED: "${CHANGED:-}" },
    volumes: ["reports:/reports", "accounts:/accounts:ro"],
    networks: ["edge", ...apps.flatMap(([name, app]) => (app.route === null ? [frontNetwork(name)] : []))],
    depends_on: Object.fromEntries(
      ["reverse-proxy", "prometheus", stripeFake, ...apps.map(([name]) => name)].map((name) => [name, healthy]),
    ),
  };
};
