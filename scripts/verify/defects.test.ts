/** Every kind of defect is reported by its rule, when all checks run as `npm run verify` runs them. */
import { beforeAll, expect, test } from "vitest";
import { createEffects } from "../core/effects.ts";
import { anybodys, ours } from "./knowledge.ts";
import { called, defects } from "./testing/defects.ts";
import { findingsIn } from "./verify.ts";
import { parseYaml } from "./workflow/document.ts";
import type { Finding } from "./workflow/finding.ts";
import { workflowOf } from "./workflow/workflow.ts";

let findings: readonly Finding[];

beforeAll(async () => {
  const read = defects.map(({ yaml, ours: own }, index) => {
    const document = parseYaml(`${index}.yml`, yaml);
    if (!("texts" in document)) return document;
    return {
      root: "",
      workflow: workflowOf(document),
      source: yaml,
      knowledge: own ? ours : anybodys,
      called: (path: string) => (path === ".github/workflows/called.yml" ? called : undefined),
    };
  });
  const fx = createEffects({ env: process.env, terminal: process.stderr });
  findings = [
    ...read.flatMap((one) => ("rule" in one ? [one] : [])),
    ...(await findingsIn(
      read.flatMap((one) => ("rule" in one ? [] : [one])),
      fx,
    )),
  ];
}, 300_000);

test("each defect has a name of its own", () => {
  expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length);
});

test.each(defects.map((defect, index) => ({ ...defect, index })))("$name: $rule", ({ rule, index }) => {
  expect(findings.filter(({ file }) => file === `${index}.yml`).map((one) => one.rule)).toContain(rule);
});
