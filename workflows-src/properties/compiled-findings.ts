/** All rules about compiled files. Texts in, findings out: whoever compiles, or mutates what is compiled, can ask. Pure. */
import type { Catalog } from "../../apps/catalog.ts";
import { type Files, type Finding, findingsOf, textOf } from "./core/rule.ts";
import { changeIsNoticed } from "./services/changes.ts";
import { metricsAreRead } from "./services/monitoring.ts";
import { nginxFindings } from "./nginx/rules.ts";
import { serviceFindings } from "./services/rules.ts";
import { findingsInWorkflows, workflowsIn } from "./workflows/rules.ts";

/** Mounted files that are written by hand: with the compiled ones, they are what the rules read. */
export const mountedFiles = ["apps/postgres/setup.sh", "apps/reverse-proxy/start.sh"] as const;

export const compiledFindings = (files: Files, catalog: Catalog): readonly Finding[] => [
  ...serviceFindings(files, catalog),
  ...findingsOf([changeIsNoticed], files),
  ...findingsOf([metricsAreRead], { files, catalog }),
  ...nginxFindings(textOf(files, "nginx.conf"), catalog),
  ...findingsInWorkflows(workflowsIn(files)),
];
