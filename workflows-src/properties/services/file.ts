/** A whole compose file or stack file: its services, networks, volumes, configs and secrets. Pure. */
import { parse } from "yaml";
import type { Catalog } from "../../../apps/catalog.ts";
import { variableName } from "../../../contract/names.ts";
import { differences, text } from "../core/exactly.ts";
import type { Rule } from "../core/rule.ts";
import { shopsOf } from "../core/shops.ts";
import { type Keys, type Place, type Service, serviceNames, serviceOf } from "./service.ts";

export interface ServiceFile {
  readonly place: Place;
  readonly catalog: Catalog;
  readonly content: Keys & { readonly services: Readonly<Record<string, Keys>> };
}

export const readServiceFile = (written: string, place: Place, catalog: Catalog): ServiceFile => ({
  place,
  catalog,
  content: parse(written) as ServiceFile["content"],
});

export const servicesOf = ({ content, place, catalog }: ServiceFile): readonly Service[] =>
  Object.entries(content.services).flatMap(([name, keys]) => serviceOf(name, keys, place, catalog) ?? []);

const mapped = <Value>(names: readonly string[], value: (name: string) => Value): Readonly<Record<string, Value>> =>
  Object.fromEntries(names.map((name) => [name, value(name)]));

const names: Rule<ServiceFile> = {
  name: "there is each service, and no other",
  reason: "A service that nobody expects has no rule, and one that is missing is noticed 20 minutes later.",
  findings: ({ place, catalog, content }) =>
    differences("services", serviceNames(catalog, place).toSorted(), Object.keys(content.services).toSorted()),
};

const noSocket: Rule<ServiceFile> = {
  name: "no service reaches the socket of an engine",
  reason: "Whoever reaches that socket is root on the machine.",
  findings: ({ content }) =>
    [...JSON.stringify(content).matchAll(/"[^"]*(?:docker|containerd|podman|buildkitd?)\.sock[^"]*"/gu)].map(String),
};

const variables: Rule<ServiceFile> = {
  name: "every variable states what it is when it is not set",
  reason: "Compose warns of any other variable, and replaces it by nothing.",
  findings: ({ content }) =>
    [...JSON.stringify(content).matchAll(/(?<!\$)\$(?!\$)(?:\{\w*:?[-?+]?)?/gu)]
      .map(([found]) => found)
      .filter((found) => !/^\$\{[A-Z][A-Z0-9_]*:[-?+]$/u.test(found)),
};

/** Only what answers visitors or calls Stripe reaches beyond the machine. */
function networksOf(place: Place, catalog: Catalog): Readonly<Record<string, Keys>> {
  const apps = Object.keys(catalog);
  const inside = { internal: true };
  const shops = place === "tests" ? shopsOf(catalog) : [];
  const all: Readonly<Record<string, Keys>> = {
    edge: {},
    postgres: inside,
    // A Prometheus outside of the stack can join it.
    monitoring: place === "production" ? { ...inside, attachable: true } : inside,
    ...mapped(apps, () => ({})),
    ...mapped(
      apps.map((name) => `${name}-db`),
      () => inside,
    ),
    ...mapped(
      shops.map((name) => `${name}-stripe`),
      () => inside,
    ),
    ...(place === "tests" ? { "stripe-mock": inside } : {}),
  };
  return place === "production"
    ? Object.fromEntries(
        Object.entries(all).map(([name, options]) => [name, { name: `wmd-swarm-${name}`, ...options }]),
      )
    : all;
}

const networks: Rule<ServiceFile> = {
  name: "the networks of databases, monitoring and payments lead nowhere else",
  reason: "What runs there needs no way out: a program that is broken into cannot send data to anybody.",
  findings: ({ place, catalog, content }) => differences("networks", networksOf(place, catalog), content["networks"]),
};

function volumesOf(place: Place, catalog: Catalog): Readonly<Record<string, Keys>> {
  if (place === "production") return { "postgres-data": { name: "wmd-swarm-postgres-data" } };
  const owners = [...Object.keys(catalog), "postgres", ...(place === "laptop" ? ["grafana"] : [])];
  const own = place === "laptop" ? ["prometheus-data", "grafana-data"] : ["reports", "accounts"];
  return mapped(["postgres-data", ...own, ...owners.map((owner) => `${owner}-secrets`)], () => ({}));
}

const volumes: Rule<ServiceFile> = {
  name: "the data and the secrets are in volumes of this stack",
  reason: "A volume of another stack would be read, changed and deleted by both.",
  findings: ({ place, catalog, content }) => differences("volumes", volumesOf(place, catalog), content["volumes"]),
};

function stackSecretsOf(catalog: Catalog): Readonly<Record<string, unknown>> {
  const external = (name: unknown) => ({ external: true, name });
  const deployed = (kind: Parameters<typeof variableName>[0], shop: string): unknown =>
    text(new RegExp(`^\\$\\{${variableName(kind, shop)}:\\?[^}]+\\}$`, "u"));
  const kept = [
    ...Object.keys(catalog).flatMap((name) => [`${name}-database-password`, `${name}-secret-key`]),
    "postgres-database-password",
  ];
  return {
    ...mapped(kept, (name) => external(`wmd-${name}`)),
    ...Object.fromEntries(
      shopsOf(catalog).flatMap((shop) => [
        [`${shop}-stripe-secret-key`, external(deployed("STRIPE_SECRET_KEY_NAME", shop))],
        [`${shop}-stripe-webhook-secret`, external(deployed("STRIPE_WEBHOOK_SECRET_NAME", shop))],
      ]),
    ),
  };
}

const secrets: Rule<ServiceFile> = {
  name: "the swarm keeps the secrets, each under a name of its own",
  reason: "A secret in a file would be readable on the machine; two names for one secret would be one password.",
  findings: ({ place, catalog, content }) =>
    differences("secrets", place === "production" ? stackSecretsOf(catalog) : undefined, content["secrets"]),
};

const own: Rule<ServiceFile> = {
  name: "the file has a name of its own, and no part without a rule",
  reason: "Two stacks of one name replace each other.",
  findings: ({ place, content }) => {
    const { services, networks: _, volumes: __, secrets: ___, configs, ...rest } = content;
    const expected = { laptop: { name: "wmd" }, tests: { name: "wmd-test" }, production: { version: "3.9" } }[place];
    const config = place === "production" || configs === undefined ? [] : ["configs: only the stack has some"];
    return [...differences("file", expected, rest), ...config, ...(services ? [] : ["services: there are none"])];
  },
};

export const fileRules = [names, noSocket, variables, networks, volumes, secrets, own];
