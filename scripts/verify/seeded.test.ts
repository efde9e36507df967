/**
 * GitHub's parser, GitHub's language service and actionlint report neither errors nor warnings in the committed
 * workflows. A table of seeded defects shows that each of them does report defects in the same text.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { actionlintFindings, notContradicted } from "./actionlint.ts";
import { type Verified, parserFindings, serviceFindings } from "./github.ts";
import { ours } from "./knowledge.ts";
import { parseYaml } from "./workflow/document.ts";
import type { Finding } from "./workflow/finding.ts";
import { workflowOf } from "./workflow/workflow.ts";

const committed = (name: string): string => readFileSync(`.github/workflows/${name}.yml`, "utf8");
const names = ["ci-cd", "redeploy", "weekly"];

/** A file with a key twice has no document; the checkers read its text alone. */
function verified(source: string, name: string): Verified {
  const document = parseYaml(`${name}.yml`, source);
  const workflow =
    "texts" in document
      ? document
      : { file: `${name}.yml`, value: {}, texts: [], at: () => document, pathAt: () => [] };
  return { workflow: workflowOf(workflow), source, knowledge: ours, called: () => undefined };
}

const checkers = {
  parser: parserFindings,
  service: serviceFindings,
  actionlint: async (one: Verified): Promise<readonly Finding[]> =>
    notContradicted(await actionlintFindings(one.workflow.document.file, one.source), await parserFindings(one)),
};
async function all(text: string, name: string): Promise<readonly string[]> {
  const one = verified(text, name);
  const found = await Promise.all(
    Object.entries(checkers).map(async ([checker, check]) => [checker, await check(one)] as const),
  );
  return found.filter(([, findings]) => findings.length > 0).map(([checker]) => checker);
}

describe.each(names)("%s", (name) => {
  test.each(Object.entries(checkers))("%s finds no defect", async (_, check) => {
    expect(await check(verified(committed(name), name))).toEqual([]);
  });
});

type Checker = keyof typeof checkers;
/** Without pull requests, deploy and gate, which take the service most of its time. */
const seeded = committed("ci-cd")
  .replace(/^ {2}pull_request:\n(?: {4}.*\n)+/mu, "")
  .replace(/^ {2}deploy:\n[^]*$/mu, "");
/** A defect, the text that it replaces, and the checkers that must find it. */
const defects: readonly (readonly [why: string, from: string, to: string, by: readonly Checker[]])[] = [
  ["an unknown key", "    timeout-minutes: ", "    timeout-mintues: ", ["parser", "service", "actionlint"]],
  ["a timeout that is no number", "timeout-minutes: ", "timeout-minutes: ten", ["parser", "service", "actionlint"]],
  ["an unknown event", "  push:", "  pushes:", ["parser", "service", "actionlint"]],
  ["a branch filter of both kinds", "  push:\n", "  push:\n    branches-ignore: [x]\n", ["actionlint"]],
  ["a broken expression", "publish == 'true'", "publish == ", ["parser", "service", "actionlint"]],
  ["an unknown context", "github.ref ==", "gihub.ref ==", ["parser", "service", "actionlint"]],
  ["an unknown function", "!cancelled()", "!canceled()", ["parser", "service", "actionlint"]],
  ["an unknown property of the event", "github.ref ==", "github.reff ==", ["service", "actionlint"]],
  [
    "a needed job that is not defined",
    "      - check\n      - build\n      - integrate\n    if",
    "      - chek\n      - build\n      - integrate\n    if",
    ["parser", "service", "actionlint"],
  ],
  [
    "a cycle",
    "  plan:\n    name: Plan\n",
    "  plan:\n    name: Plan\n    needs: [build]\n",
    ["parser", "service", "actionlint"],
  ],
  ["a job defined twice", "  check:\n    name: Check", "  plan:\n    name: Check", ["parser", "service", "actionlint"]],
  ["an output that no job has", "needs.plan.outputs.tag", "needs.plan.outputs.tags", ["service", "actionlint"]],
  [
    "an output of a job that is not needed",
    "needs.integrate.outputs.tested",
    "needs.check.outputs.tested",
    ["service", "actionlint"],
  ],
  ["an output that the stage does not have", "steps.stage.outputs.tag", "steps.stage.outputs.tga", ["service"]],
  ["a step that does not exist", "steps.stage.outputs.tag", "steps.stag.outputs.tag", ["service", "actionlint"]],
  [
    "a matrix value that does not exist",
    "APP: ${{ matrix.app }}",
    "APP: ${{ matrix.apps }}",
    ["service", "actionlint"],
  ],
  ["an unknown label", "runs-on: ubuntu-24.04", "runs-on: ubunto-24.04", ["service", "actionlint"]],
  ["a secret that is not set", "secrets.DOCKER_HUB_USERNAME", "secrets.DOCKER_HUB_USER", ["service"]],
  ["a secret of another environment", "vars.DOCKER_USERNAME }}", "secrets.DOCKER_HUB_ACCESS_TOKEN }}", ["service"]],
  ["a variable that is not set", "vars.DEPLOY_HOST }}", "vars.DEPLOY_HOSTS }}", ["service"]],
  ["an unknown input of an action", "persist-credentials:", "persist-credential:", ["service"]],
  ["a missing input of an action", "          path: .pipeline/oci/oci-${{ matrix.app }}\n", "", ["service"]],
  ["an unknown input of an action in a folder", "restore-keys:", "restore-key:", ["service"]],
  ["an unknown permission", "contents: read", "content: read", ["parser", "service", "actionlint"]],
  ["an unknown level", "contents: read", "contents: reed", ["parser", "service", "actionlint"]],
  [
    "uses and run in one step",
    "        run: npm run --silent stage -- plan",
    "        run: npm run --silent stage -- plan\n        uses: actions/checkout@main",
    ["parser", "service", "actionlint"],
  ],
  [
    "an injection",
    "        run: npm run --silent stage -- plan",
    "        run: echo ${{ github.head_ref }}",
    ["actionlint"],
  ],
  ["an unknown shell", "        id: stage\n", "        id: stage\n        shell: bsh\n", ["actionlint"]],
  ["an unknown word for a queue", "queue: max", "queue: most", ["parser", "service", "actionlint"]],
  ["no runner", "    runs-on: ubuntu-24.04\n", "", ["parser", "service", "actionlint"]],
];

/** Defects of a schedule, and the checkers that must find them. */
const scheduleDefects: readonly (readonly [why: string, cron: string, by: readonly Checker[]])[] = [
  ["a day that does not exist", "17 3 * * 8", ["parser", "service", "actionlint"]],
  ["an hour that does not exist", "17 24 * * 1", ["parser", "service", "actionlint"]],
  ["four fields", "17 3 * 1", ["parser", "service", "actionlint"]],
];

describe("a seeded defect is found", () => {
  test.each(scheduleDefects)("%s: %s", async (_, cron, by) => {
    const text = committed("weekly");
    expect(text).toContain("cron: 17 3 * * 1");
    expect(await all(text.replace("cron: 17 3 * * 1", `cron: ${cron}`), "weekly")).toEqual(by);
  });

  test.each(defects)("%s", async (_, from, to, by) => {
    expect(seeded).toContain(from);
    expect(await all(seeded.replace(from, to.replaceAll("$", "$$$$")), "ci-cd")).toEqual(by);
  });

  test("an exception that the service only logs is a finding", async () => {
    const thrown = { fetchActionMetadata: () => Promise.reject(new Error("no network")) };
    expect(await serviceFindings(verified(seeded, "ci-cd"), thrown)).not.toEqual([]);
  });
});
