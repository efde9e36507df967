/** One service of a compose file or of the stack file, and the rules about its keys. Pure. */
import type { AppSpec, Catalog } from "../../../apps/catalog.ts";
import { differences } from "../core/exactly.ts";
import type { Rule } from "../core/rule.ts";

/** Where the services run: a laptop, the stack of the integration tests, or a swarm. */
export type Place = "laptop" | "tests" | "production";

const ownServices = [
  "reverse-proxy",
  "ready",
  "postgres",
  "postgres-setup",
  "secrets",
  "prometheus",
  "grafana",
  "tests",
  "stripe-fake",
  "stripe-mock",
] as const;
export type Role = "application" | "prepare" | (typeof ownServices)[number];

export type Keys = Readonly<Record<string, unknown>>;

export interface Service {
  readonly name: string;
  readonly role: Role;
  /** The application that it is, or that it prepares; the fields are those of no application where it is neither. */
  readonly app: { readonly name: string } & AppSpec;
  readonly place: Place;
  readonly catalog: Catalog;
  /** The keys of the service; those of `deploy` are `deploy.replicas` and so on. */
  readonly keys: Keys;
}

/** The services of a place: all that there are, and no other. */
export const serviceNames = (catalog: Catalog, place: Place): readonly string[] => [
  "reverse-proxy",
  ...Object.keys(catalog).flatMap((name) => [name, `${name}-prepare`]),
  "postgres",
  "postgres-setup",
  ...(place === "production" ? [] : ["secrets", "prometheus"]),
  ...(place === "laptop" ? ["ready", "grafana"] : []),
  ...(place === "tests" ? ["tests", "stripe-fake", "stripe-mock"] : []),
];

const none = { name: "", ...({} as AppSpec) };

/** `undefined` for a service that no rule knows. */
export function serviceOf(name: string, written: Keys, place: Place, catalog: Catalog): Service | undefined {
  const { deploy, ...rest } = written;
  const keys = {
    ...rest,
    ...Object.fromEntries(Object.entries(deploy ?? {}).map(([key, value]) => [`deploy.${key}`, value as unknown])),
  };
  const own = ownServices.find((role) => role === name);
  const appName = name.replace(/-prepare$/u, "");
  const spec = catalog[name] ?? catalog[appName];
  if (own) return { name, role: own, app: none, place, catalog, keys };
  if (!spec) return undefined;
  const [role, app] = catalog[name] ? (["application", name] as const) : (["prepare", appName] as const);
  return { name, role, app: { name: app, ...spec }, place, catalog, keys };
}

export interface ServiceRule {
  readonly name: string;
  readonly reason: string;
  /** The keys that the rule is about. A key that no rule is about may not be there. */
  readonly keys: readonly string[];
  /** What these keys must hold. A key that is not part of the result has to be absent. */
  readonly expected: (service: Service) => Keys;
}

export const aboutServices = ({ name, reason, keys, expected }: ServiceRule): Rule<readonly Service[]> => ({
  name,
  reason,
  findings: (services) =>
    services.flatMap((service) =>
      differences(
        service.name,
        expected(service),
        Object.fromEntries(Object.entries(service.keys).filter(([key]) => keys.includes(key))),
      ),
    ),
});
