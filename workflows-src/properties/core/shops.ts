import type { Catalog } from "../../../apps/catalog.ts";

/** The applications that take payments: found here anew, so that a rule judges how the compilers find them. */
export const shopsOf = (catalog: Catalog): readonly string[] =>
  Object.entries(catalog).flatMap(([name, { payments }]) => (payments === true ? [name] : []));
