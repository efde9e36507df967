/** GitHub's parser of workflows and GitHub's language service, in a strict form: a warning is a finding. */
import { DescriptionDictionary, data } from "@actions/expressions";
import {
  type ActionsMetadataProvider,
  type ContextProviderConfig,
  ValueProviderKind,
  registerLogger,
  validate,
} from "@actions/languageservice";
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";
import { described } from "../../workflows-src/language/action-interfaces.ts";
import type { Knowledge } from "./knowledge.ts";
import { outputsOf, variablesOf } from "./step-outputs.ts";
import { mapping, text as textOf } from "./workflow/document.ts";
import { type Finding, start } from "./workflow/finding.ts";
import type { Workflow } from "./workflow/workflow.ts";

/** Returns the text of a file of the workflow's repository. */
export type ReadCalled = (path: string) => string | undefined;

export interface Verified {
  readonly workflow: Workflow;
  readonly source: string;
  readonly knowledge: Knowledge;
  readonly called: ReadCalled;
}

let documents = 0;
/** A new name for each document, because the service caches documents by name. */
const fresh = (file: string): string => `file:///${documents++}/.github/workflows/${file.replace(/^.*\//u, "")}`;

/** The service logs the exceptions that it catches, and reports nothing then. */
const logged: string[] = [];
const ignored = (): void => undefined;
registerLogger({ error: (message) => void logged.push(message), warn: ignored, info: ignored, log: ignored });

export async function parserFindings({ workflow, source, called }: Verified): Promise<readonly Finding[]> {
  const { file } = workflow.document;
  const name = fresh(file);
  const { context, value } = parseWorkflow({ name, content: source }, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value, fileProvider(called), { fetchReusableWorkflowDepth: 1 });
  return context.errors.getErrors().flatMap((error) => {
    const { rawMessage, range, prefix } = error as {
      rawMessage: string;
      range?: { start: { line: number; column: number } };
      prefix?: string;
    };
    // The parser reports the errors of a called workflow, too, at their places there.
    const elsewhere =
      prefix !== undefined && !prefix.startsWith(name) ? /^(.*?)(?: \(|$)/u.exec(prefix)?.[1] : undefined;
    if (isElsewhere(rawMessage, range?.start.line, workflow)) return [];
    return [{ file: elsewhere ?? file, ...(range?.start ?? start), rule: "github/parser", message: rawMessage }];
  });
}

/** @param provider knows the actions; a test passes one that fails */
export async function serviceFindings(
  { workflow, source, knowledge, called }: Verified,
  provider: ActionsMetadataProvider = metadataProvider(knowledge),
): Promise<readonly Finding[]> {
  const { file } = workflow.document;
  const document = { uri: fresh(file), getText: () => source } as Parameters<typeof validate>[0];
  const labels = knowledge.labels && {
    kind: ValueProviderKind.AllowedValues,
    get: async () => knowledge.labels!.map((label) => ({ label })),
  };
  const found = await validate(document, {
    actionsMetadataProvider: provider,
    contextProviderConfig: contextProvider(workflow, knowledge),
    fileProvider: fileProvider(called),
    ...(labels ? { valueProviderConfig: { "runs-on": labels, "runs-on-labels": labels } } : {}),
  });
  return [
    ...found
      .map(({ message, range }) => ({
        file,
        line: range.start.line + 1,
        column: range.start.character + 1,
        rule: "github/service",
        message: typeof message === "string" ? message : message.value,
      }))
      .filter(({ message, line }) => !isElsewhere(message, line, workflow) && !isUnknownAction(message, knowledge)),
    ...logged.splice(0).map((message) => ({
      file,
      ...start,
      rule: "github/service",
      message: `the language service failed: ${message}`,
    })),
  ];
}

/** A workflow of another repository cannot be read here. */
const isElsewhere = (message: string, line: number | undefined, { jobs, document }: Workflow): boolean =>
  message === "Unable to find reusable workflow" &&
  jobs.some(({ uses, path }) => uses.includes("@") && document.at([...path, "uses"]).line === line);

/** The actions of our own workflows are all known: there, an unknown one is a wrong pin. */
const isUnknownAction = (message: string, { knowsEveryAction }: Knowledge): boolean =>
  !knowsEveryAction && message.startsWith("Unable to resolve action ");

const fileProvider = (called: ReadCalled) => ({
  getFileContent: async (reference: { readonly path: string; readonly repository?: string }) => {
    const content = reference.repository === undefined ? called(reference.path) : undefined;
    if (content === undefined) throw new Error(`${reference.path} cannot be read`);
    return { name: reference.path, content };
  },
});

const metadataProvider = ({ action }: Knowledge): ActionsMetadataProvider => ({
  fetchActionMetadata: async ({ owner, name, path, ref }) => {
    const known = action(`${[owner, name, ...(path ? [path] : [])].join("/")}@${ref}`);
    return known && { name, description: name, ...described(known) };
  },
});

const complete = (names: readonly string[]): DescriptionDictionary =>
  new DescriptionDictionary(...names.map((key) => ({ key, value: new data.StringData("") })));

/** Makes a context complete where all of its names are known, so that the service reports any other name. */
const contextProvider = (workflow: Workflow, knowledge: Knowledge): ContextProviderConfig => ({
  getContext: async (context, standard, { job }) => {
    const own = workflow.jobs.find(({ id }) => id === job?.id.value);
    if (context === "secrets" && knowledge.secretsOf) {
      const environment = own?.value["environment"];
      return complete([
        ...knowledge.secretsOf(textOf(environment) || textOf(mapping(environment)["name"])),
        "GITHUB_TOKEN",
      ]);
    }
    if (context === "vars" && knowledge.variables) return complete(knowledge.variables);
    if (context === "env" && standard && own) {
      const set = variablesOf(own.steps);
      if (set === undefined) standard.complete = false;
      for (const name of set ?? []) standard.add(name, new data.StringData(""));
    }
    if (context === "steps" && standard && own)
      for (const { key, value } of standard.pairs()) {
        const step = own.steps.find(({ id }) => id === key);
        const outputs = step && outputsOf(step, knowledge);
        if (outputs && value instanceof DescriptionDictionary) standardOutputs(value, outputs);
      }
    return context === "secrets" || context === "vars" ? undefined : standard;
  },
});

function standardOutputs(step: DescriptionDictionary, names: readonly string[]): void {
  const outputs = step.get("outputs");
  if (!(outputs instanceof DescriptionDictionary)) return;
  outputs.complete = true;
  for (const name of names) outputs.add(name, new data.StringData(""));
}
