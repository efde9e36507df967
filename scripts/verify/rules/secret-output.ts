import { type Mapping, mapping, text } from "../workflow/document.ts";
import { parseExpression, propertiesIn, templates } from "../workflow/expressions.ts";
import { type Job, type Rule, type Step, findingAt } from "../workflow/workflow.ts";

/** Inputs whose values come back in an output of the action. */
const returned: Readonly<Record<string, readonly string[]>> = {
  "docker/metadata-action": ["images", "tags", "labels", "flavor"],
  "docker/build-push-action": ["tags"],
  "actions/github-script": ["script"],
};

/**
 * GitHub drops an output of a job that contains the value of a secret, with a warning in the log only: the job that reads it
 * gets an empty text. An image reference with the account from a secret is such an output.
 */
export const secretOutput: Rule = (workflow) =>
  workflow.jobs.flatMap((job) => {
    const above = { ...mapping(workflow.value["env"]), ...mapping(job.value["env"]) };
    const outputs = taintedOutputs(job, above);
    return Object.entries(mapping(job.value["outputs"])).flatMap(([output, value]) => {
      const secret = secretIn(text(value), above, outputs);
      return secret === undefined
        ? []
        : [
            findingAt(
              workflow,
              [...job.path, "outputs", output],
              "secret-output",
              `the output ${output} can contain the value of ${secret}: GitHub drops it then, and the next job reads an empty text. Make ${secret} a variable, or build the value in the job that reads it`,
            ),
          ];
    });
  });

/** The secret that each output of a step can contain, by `step.output`; `step.*` for all of its outputs. */
type Tainted = Map<string, string>;

function taintedOutputs(job: Job, above: Mapping): Tainted {
  const outputs: Tainted = new Map();
  const environment: Record<string, unknown> = { ...above };
  for (const step of job.steps) {
    const env = { ...environment, ...step.env };
    if (step.run !== "") readScript(step, env, outputs, environment);
    for (const input of returned[step.action] ?? []) {
      const secret = secretIn(text(step.with[input]), env, outputs);
      if (secret !== undefined) outputs.set(`${step.id}.*`.toLowerCase(), secret);
    }
  }
  return outputs;
}

/** Follows the variables of a script line by line, up to what it writes into GITHUB_OUTPUT and GITHUB_ENV. */
function readScript({ id, run }: Step, env: Mapping, outputs: Tainted, environment: Record<string, unknown>): void {
  const variables = new Map<string, string>();
  for (const [variable, value] of Object.entries(env)) {
    const secret = secretIn(text(value), {}, outputs);
    if (secret !== undefined) variables.set(variable, secret);
  }
  const toEnd = /^\s*\}?\s*>>?\s*["']?\$\{?GITHUB_(OUTPUT|ENV)/mu.exec(run)?.[1];
  for (const line of run.replaceAll(/\\\n/gu, " ").split("\n")) {
    const secret = secretIn(line, {}, outputs) ?? variableIn(line, variables);
    if (secret === undefined) continue;
    const assigned = /^\s*(?:export\s+|local\s+|readonly\s+)?(\w+)=/u.exec(line)?.[1];
    if (assigned !== undefined) variables.set(assigned, secret);
    const target =
      />>?\s*["']?\$\{?GITHUB_(OUTPUT|ENV)/u.exec(line)?.[1] ??
      (/::set-output\b/u.test(line)
        ? "OUTPUT"
        : /\btee\b.*GITHUB_OUTPUT/u.test(line)
          ? "OUTPUT"
          : assigned === undefined
            ? toEnd
            : undefined);
    const written =
      /(?:echo|printf|print)\s+(?:-\w+\s+)*["']?([\w-]+)(?:=|<<)/u.exec(line)?.[1] ??
      /::set-output name=([\w-]+)::/u.exec(line)?.[1];
    if (target === "OUTPUT") outputs.set(`${id}.${written ?? "*"}`.toLowerCase(), secret);
    if (target === "ENV" && written !== undefined)
      environment[written] = `\${{ secrets.${secret.replace("secrets.", "")} }}`;
  }
}

const variableIn = (line: string, variables: ReadonlyMap<string, string>): string | undefined =>
  [...variables].find(([variable]) =>
    new RegExp(`\\$(?:\\{${variable}\\b|${variable}\\b|env:${variable}\\b)`, "u").test(line),
  )?.[1];

/** The secret whose value a text can contain. */
function secretIn(written: string, env: Mapping, outputs: Tainted): string | undefined {
  for (const source of templates(written)) {
    const tree = parseExpression(source);
    for (const property of tree ? propertiesIn(tree) : []) {
      const [context, name = "", , output = ""] = property;
      if (context === "secrets" && !comparesOnly(source)) return `secrets.${name.toUpperCase()}`;
      if (context === "env") {
        const value = Object.entries(env).find(([key]) => key.toLowerCase() === name)?.[1];
        const secret = value === undefined ? undefined : secretIn(text(value), {}, outputs);
        if (secret !== undefined) return secret;
      }
      const found = context === "steps" ? (outputs.get(`${name}.${output}`) ?? outputs.get(`${name}.*`)) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** `secrets.X != ''` has the value true or false. */
const comparesOnly = (source: string): boolean => /^\s*!?\(*\s*secrets\.[\w-]+\s*\)*\s*(?:[!=]=[^&|]*)$/u.test(source);
