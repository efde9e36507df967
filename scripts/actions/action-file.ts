/** Reads the facts of an action.yml: names, what is required, and defaults. Pure. */
import * as v from "valibot";
import { parse } from "yaml";
import type { ActionInput, ActionInterface } from "../../workflows-src/language/action-interfaces.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Pin } from "./pins.ts";

const name = v.pipe(v.string(), v.regex(/^[A-Za-z_][\w.-]*$/u, "is no name of an input or output"));
const scalar = v.union([v.string(), v.number(), v.boolean()]);
const isMapping = v.check((value: unknown) => !Array.isArray(value), "is a list");
const input = v.nullish(
  v.pipe(
    v.unknown(),
    isMapping,
    v.object({
      required: v.nullish(v.union([v.boolean(), v.picklist(["true", "false"])])),
      default: v.nullish(scalar),
      deprecationMessage: v.nullish(scalar),
    }),
  ),
);
const actionFile = v.object({
  runs: v.object({ using: v.pipe(v.string(), v.regex(/^[\w.-]+$/u, "is no runtime")) }),
  inputs: v.nullish(v.pipe(v.unknown(), isMapping, v.record(name, input))),
  outputs: v.nullish(v.pipe(v.unknown(), isMapping, v.record(name, v.unknown()))),
});

/**
 * @param id the repository of the action, and its folder there
 * @throws UserError for a text that is no action.yml
 */
export function readActionFile(id: string, { version, commit }: Pin, text: string): ActionInterface {
  const { inputs, outputs, runs } = parsed(`The action.yml of ${id} ${version}`, text);
  return {
    version,
    commit,
    using: runs.using,
    inputs: Object.fromEntries(Object.entries(inputs ?? {}).map(([key, one]) => [key, factsOf(one ?? {})])),
    outputs: Object.keys(outputs ?? {}),
  };
}

function parsed(what: string, text: string): v.InferOutput<typeof actionFile> {
  const remedy = "Keep the pinned release, and report it to the action's repository";
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100, logLevel: "error" });
  } catch (cause) {
    const [line = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new UserError(`${what} is not YAML: ${line}`, remedy, { cause });
  }
  const result = v.safeParse(actionFile, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UserError(
    `${what} does not describe an action: ${v.getDotPath(issue) ?? "the file"}: ${issue.message}`,
    remedy,
  );
}

const factsOf = (one: NonNullable<v.InferOutput<typeof input>>): ActionInput => ({
  ...(String(one.required ?? false) === "true" ? { required: true as const } : {}),
  ...(one.default === null || one.default === undefined ? {} : { default: String(one.default) }),
  ...(one.deprecationMessage ? { deprecated: true as const } : {}),
});
