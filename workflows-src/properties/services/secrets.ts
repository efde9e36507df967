/** The secrets of each service in production. On a laptop they are files in volumes: see mounts.ts. */
import { inAnyOrder } from "../core/exactly.ts";
import type { Service, ServiceRule } from "./service.ts";

const readable = 0o444;
const secret = (owner: string, name: string, target: string) => ({
  source: `${owner}-${name}`,
  target,
  mode: readable,
});

const own = (owner: string, ...names: readonly string[]) => names.map((name) => secret(owner, name, name));

function secretsOf({ role, app, catalog }: Service): readonly object[] {
  if (role === "postgres") return own("postgres", "database-password");
  if (role === "postgres-setup")
    return [...Object.keys(catalog), "postgres"].map((owner) =>
      secret(owner, "database-password", `/secrets/${owner}/database-password`),
    );
  if (role !== "application" && role !== "prepare") return [];
  const paid = role === "application" && app.payments === true;
  return [
    ...own(app.name, "database-password", "secret-key"),
    ...(paid ? own(app.name, "stripe-secret-key", "stripe-webhook-secret") : []),
  ];
}

export const secrets: ServiceRule = {
  name: "each service has its own secrets, and no others",
  reason:
    "An application with the password of the administrator could read the data of every other one. Only the service that creates the accounts has that password.",
  keys: ["secrets"],
  expected: (service) => {
    const ones = service.place === "production" ? secretsOf(service) : [];
    return { secrets: ones.length > 0 ? inAnyOrder(...ones) : undefined };
  },
};
