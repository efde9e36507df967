/** What the rules read of a workflow. It accepts whatever the file contains: other checks report wrong forms. Pure. */
import { type Mapping, type Path, type YamlDocument, list, mapping, text, written } from "./document.ts";
import type { Finding } from "./finding.ts";
import { type Expression, expressionsIn } from "./expressions.ts";

export interface Step {
  readonly path: Path;
  readonly id: string;
  readonly value: Mapping;
  readonly run: string;
  /** Without its version, in lower case. */
  readonly action: string;
  readonly with: Mapping;
  readonly env: Mapping;
}

export interface Job {
  readonly id: string;
  readonly path: Path;
  readonly value: Mapping;
  readonly needs: readonly string[];
  /** The condition without `${{ }}`; empty where there is none. */
  readonly condition: string;
  /** The workflow that the job calls. */
  readonly uses: string;
  readonly steps: readonly Step[];
  readonly expressions: readonly Expression[];
}

export interface Workflow {
  readonly document: YamlDocument;
  readonly value: Mapping;
  /** The settings of each event that starts the workflow. */
  readonly on: Readonly<Record<string, Mapping>>;
  readonly jobs: readonly Job[];
  readonly expressions: readonly Expression[];
}

/** Judges one workflow; `called` returns a workflow of the same repository. */
export type Rule = (workflow: Workflow, called: (uses: string) => Workflow | undefined) => readonly Finding[];

export function workflowOf(document: YamlDocument): Workflow {
  const value = mapping(document.value);
  const expressions = expressionsIn(document);
  return {
    document,
    value,
    on: eventsOf(value["on"]),
    expressions,
    jobs: Object.entries(mapping(value["jobs"])).map(([id, job]) => jobOf(id, mapping(job), expressions)),
  };
}

function eventsOf(on: unknown): Workflow["on"] {
  if (typeof on === "string" || Array.isArray(on))
    return Object.fromEntries(list(on).map((name) => [String(name), {}]));
  return Object.fromEntries(Object.entries(mapping(on)).map(([name, settings]) => [name, mapping(settings)]));
}

function jobOf(id: string, value: Mapping, expressions: readonly Expression[]): Job {
  const path = ["jobs", id];
  return {
    id,
    path,
    value,
    needs: list(value["needs"]).map(String),
    condition: conditionOf(value["if"]),
    uses: text(value["uses"]),
    steps: list(value["steps"]).map((step, index) => stepOf([...path, "steps", index], mapping(step))),
    expressions: expressions.filter(({ path: [jobs, job] }) => jobs === "jobs" && job === id),
  };
}

const stepOf = (path: Path, value: Mapping): Step => ({
  path,
  id: text(value["id"]),
  value,
  run: text(value["run"]),
  action: text(value["uses"]).replace(/@.*$/u, "").toLowerCase(),
  with: mapping(value["with"]),
  env: mapping(value["env"]),
});

/** `if: false` is a value of YAML, and a condition. */
export const conditionOf = (value: unknown): string =>
  written(value)
    .trim()
    .replace(/^\$\{\{([^]*)\}\}$/u, "$1")
    .trim();

/** A finding at a value of the workflow. */
export const findingAt = ({ document }: Workflow, path: Path, rule: string, message: string): Finding => ({
  file: document.file,
  ...document.at(path),
  rule,
  message,
});
