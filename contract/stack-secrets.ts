/** The secrets that the swarm keeps, except those of payments. Pure. */
import type { Catalog } from "../apps/catalog.ts";

/** The stack file uses them; the deploy stage creates those that do not exist. */
export const stackSecrets = (catalog: Catalog): readonly string[] => [
  ...Object.keys(catalog).flatMap((name) => [`${name}-database-password`, `${name}-secret-key`]),
  "postgres-database-password",
];
