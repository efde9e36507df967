/** The names of an application, of its image and of its tests. Pure. */
import type { AppSpec } from "../../apps/catalog.ts";
import { releaseRepository } from "../../contract/release-document.ts";
import { type EntryRule, found } from "./entry.ts";

/** Why a name that is well-formed may not be used: what already has it. */
const reserved: Readonly<Record<string, readonly string[]>> = {
  "the name of another service": ["reverse-proxy", "ready", "secrets", "prometheus", "grafana", "tests"],
  "the name of a service of the database": ["postgres", "postgres-setup"],
  "the name of a service of the fake of Stripe": ["stripe-fake", "stripe-mock"],
  "the name of a network": ["edge", "monitoring", "default", "host", "none", "bridge", "ingress"],
  "a role or database that Postgres has itself": ["public", "template0", "template1"],
  "a shared memory zone or a location of the proxy": ["rate", "clients", "applications", "bodies", "unavailable"],
  "what redeploy takes for all applications": ["all"],
  "the name of the proofs of a stage": ["check", "integration"],
  "the name of the option PORT_BASE": ["base"],
};

/** The names of an application's other services, networks and volumes end so. */
const derived = ["-prepare", "-db", "-stripe", "-secrets", "-data", "-setup"];
/** `STRIPE_SECRET_KEY_FILE_SHOP` is the file of a key of `shop`, and would be the key of `file-shop`. */
const prefixes = ["file-", "name-"];

/**
 * Swarm allows the name of a secret 64 letters. The longest is `wmd-NAME-database-password`, and of a shop
 * `wmd-NAME-stripe-webhook-secret-` with 12 digits.
 */
const longestName = ({ payments }: AppSpec): number => (payments ? 25 : 42);

const reasonAgainst = (name: string, app: AppSpec): string | undefined => {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u.test(name))
    return "use lower-case letters and digits, with single dashes between them, beginning with a letter";
  if (name.length > longestName(app)) return `use at most ${longestName(app)} letters`;
  const holder = Object.keys(reserved).find((why) => reserved[why]?.includes(name));
  if (holder !== undefined) return `that is ${holder}; use another one`;
  const end = derived.find((suffix) => name.endsWith(suffix));
  if (end !== undefined) return `names that end in ${end} are those of parts of an application; use another one`;
  const start = prefixes.find((prefix) => name.startsWith(prefix));
  return start && `names that begin with ${start} are those of settings of another shop; use another one`;
};

/** Folders below `apps/` that belong to no application. */
export const ownFolders: readonly string[] = ["appkit", "monitoring", "postgres", "reverse-proxy"];
const ownImages = [releaseRepository, "wmd-tests", "wmd-tools", "wmd-stripe-fake"];

const imageReason = (image: string): string | undefined => {
  if (!/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/u.test(image) || image.length > 100)
    return "it is a folder below apps/ and the name of a repository: use at most 100 lower-case letters and digits, with single dots, dashes or underscores between them";
  if (ownFolders.includes(image)) return "that folder of apps/ is no application; use another one";
  return ownImages.includes(image) ? "that image belongs to the pipeline; use another one" : undefined;
};

export const names: EntryRule = (entry) => {
  const { name, app } = entry;
  const [against, againstImage] = [reasonAgainst(name, app), imageReason(app.image)];
  const targets = app.tests as readonly string[];
  return [
    ...(against === undefined ? [] : [found(entry, "the name", name, against)]),
    ...(againstImage === undefined ? [] : [found(entry, "image", app.image, againstImage)]),
    ...(targets.length > 0 && new Set(targets).size === targets.length
      ? []
      : [found(entry, "tests", targets, "name at least one target of its Dockerfile, and each once")]),
    ...targets
      .filter((target) => !/^[a-z][a-z0-9-]*$/u.test(target))
      .map((target) => found(entry, "a target of tests", target, "use lower-case letters, digits and dashes")),
  ];
};
