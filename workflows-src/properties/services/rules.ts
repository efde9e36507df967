/** The rules of the compose files and of the stack file. Pure. */
import type { Catalog } from "../../../apps/catalog.ts";
import { type Files, type Finding, type Rule, findingsOf, textOf } from "../core/rule.ts";
import { environment } from "./environment.ts";
import { fileRules, readServiceFile, servicesOf } from "./file.ts";
import { hardening } from "./hardening.ts";
import { health, order } from "./health.ts";
import { limits } from "./limits.ts";
import { mounts } from "./mounts.ts";
import { networks } from "./networks.ts";
import { ports } from "./ports.ts";
import { program } from "./program.ts";
import { rollout } from "./rollout.ts";
import { secrets } from "./secrets.ts";
import { type Place, type Service, aboutServices } from "./service.ts";

const keyed = [networks, ports, hardening, mounts, secrets, environment, program, health, order, rollout, limits];

const everyKey: Rule<readonly Service[]> = {
  name: "a service has no key without a rule",
  reason: "A key that no rule reads, such as `devices`, `pid` or `cap_add`, could undo what the rules require.",
  findings: (services) => {
    const known = new Set(keyed.flatMap(({ keys }) => keys));
    return services.flatMap(({ name, keys }) =>
      Object.keys(keys)
        .filter((key) => !known.has(key))
        .map((key) => `${name}.${key}: no rule of workflows-src/properties/services is about this key`),
    );
  },
};

export const serviceRules: readonly Rule<readonly Service[]>[] = [...keyed.map(aboutServices), everyKey];

export const paths: Readonly<Record<Place, string>> = {
  laptop: "docker-compose.yml",
  tests: "docker-compose.test.yml",
  production: "stack.yml",
};
export const places = Object.keys(paths) as readonly Place[];

/** What breaks a rule in the file of a place. */
export function findingsIn(place: Place, files: Files, catalog: Catalog): readonly Finding[] {
  const file = readServiceFile(textOf(files, paths[place]), place, catalog);
  return [...findingsOf(fileRules, file), ...findingsOf(serviceRules, servicesOf(file))].map(({ rule, message }) => ({
    rule,
    message: `${paths[place]}: ${message}`,
  }));
}
