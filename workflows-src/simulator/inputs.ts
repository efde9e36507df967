/**
 * Inputs of a form (`workflow_dispatch`) and of a called workflow (`workflow_call`).
 * Source: docs.github.com, "Workflow syntax", on.workflow_dispatch.inputs and on.workflow_call.inputs. Pure.
 */
import { data } from "@actions/expressions";
import { type Scope, valueOf } from "./expressions.ts";
import { Unknown, fromData, unknown } from "./values.ts";
import type { InputDefinition, InputType, Scalar, Scalars, Texts, Trigger } from "./workflow.ts";

export interface InputProblem {
  readonly kind: "undeclared" | "missing" | "wrong";
  readonly input: string;
  readonly message: string;
  readonly remedy: string;
}

type Definitions = NonNullable<Trigger["inputs"]>;

const typeOf = (definition: InputDefinition): InputType => definition.type ?? "string";

/** The problems for which GitHub would refuse the form. */
export function problemsOfForm(definitions: Definitions, given: Texts): readonly InputProblem[] {
  const declared = Object.keys(definitions);
  const undeclared = Object.keys(given)
    .filter((input) => !Object.hasOwn(definitions, input))
    .map((input): InputProblem => {
      const remedy = declared.length > 0 ? `The inputs: ${declared.join(", ")}` : "The workflow has no input";
      return { kind: "undeclared", input, message: `There is no input ${JSON.stringify(input)}`, remedy };
    });
  const others = Object.entries(definitions).flatMap(([input, definition]): readonly InputProblem[] => {
    const { required = false, default: standard, options = [] } = definition ?? {};
    const text = given[input];
    const type = typeOf(definition ?? {});
    if (text === undefined)
      return required && standard === undefined
        ? [{ kind: "missing", input, message: `The input ${input} is required`, remedy: `Add --input ${input}=VALUE` }]
        : [];
    const wrong = (remedy: string): readonly InputProblem[] => [
      {
        kind: "wrong",
        input,
        message: `The input ${input} is ${JSON.stringify(text)}, which is no ${noun[type]}`,
        remedy,
      },
    ];
    if (type === "boolean" && text !== "true" && text !== "false") return wrong("Use true or false");
    if (type === "number" && (text.trim() === "" || Number.isNaN(Number(text)))) return wrong("Use a number");
    if (type === "choice" && !options.map(String).includes(text)) return wrong(`The options: ${options.join(", ")}`);
    return [];
  });
  return [...undeclared, ...others];
}

const noun: Readonly<Record<InputType, string>> = {
  string: "text",
  boolean: "boolean",
  number: "number",
  choice: "option of it",
  environment: "environment",
};

/** The texts in `github.event.inputs`: every declared input, and the default where none is given. */
export const formTexts = (definitions: Definitions, given: Texts): Texts =>
  Object.fromEntries(
    Object.entries(definitions).map(([input, definition]) => {
      const standard = definition?.default ?? (typeOf(definition ?? {}) === "boolean" ? false : "");
      return [input, given[input] ?? String(standard)];
    }),
  );

/**
 * The values in `inputs`. A boolean is a boolean there, and every other input is a text.
 * Source: docs.github.com, "Events that trigger workflows", workflow_dispatch, providing inputs.
 */
export const formValues = (definitions: Definitions, texts: Texts): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(texts).map(([input, text]) => [
      input,
      definitions[input]?.type === "boolean" ? text === "true" : text,
    ]),
  );

/** Why GitHub would refuse a call: problems that are visible in the files. */
export function problemsOfCall(definitions: Definitions, given: Scalars): readonly string[] {
  const undeclared = Object.keys(given).filter((input) => !Object.hasOwn(definitions, input));
  const missing = Object.keys(definitions).filter(
    (input) =>
      definitions[input]?.required === true && definitions[input].default === undefined && !Object.hasOwn(given, input),
  );
  const wrong = Object.entries(given).filter(([input, value]) => {
    const isExpression = typeof value === "string" && value.includes("${{");
    const type = typeOf(definitions[input] ?? {});
    return (
      Object.hasOwn(definitions, input) &&
      !isExpression &&
      (type === "boolean" || type === "number") &&
      typeof value !== type
    );
  });
  return [
    ...undeclared.map((input) => `the called workflow has no input ${input}`),
    ...missing.map((input) => `the called workflow requires the input ${input}`),
    ...wrong.map(
      ([input, value]) =>
        `the input ${input} is ${JSON.stringify(value)}, which is no ${typeOf(definitions[input] ?? {})}`,
    ),
  ];
}

/**
 * The values that a called workflow reads in `inputs`, each of its declared type.
 * @param given `with` of the calling job
 * @param caller the scope of the calling job
 * @param own the scope of the called workflow, which its defaults may read
 * @throws Error when a value is not of the declared type
 */
export function callValues(
  definitions: Definitions,
  given: Scalars,
  caller: Scope,
  own: Scope,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(definitions).map(([input, definition]) => {
      const type = typeOf(definition ?? {});
      const written = Object.hasOwn(given, input) ? valueOf(given[input], caller) : valueOf(definition?.default, own);
      return [input, converted(input, type, written)];
    }),
  );
}

function converted(input: string, type: InputType, value: data.ExpressionData): unknown {
  if (value instanceof Unknown) return unknown;
  if (value.kind === data.Kind.Null) return empty[type];
  if (type === "boolean" || type === "number") {
    const wanted = type === "boolean" ? data.Kind.Boolean : data.Kind.Number;
    if (value.kind !== wanted)
      throw new Error(`the input ${input} is ${JSON.stringify(value.coerceString())}, which is no ${type}`);
    return fromData(value);
  }
  return value.coerceString();
}

const empty: Readonly<Record<InputType, Scalar>> = {
  string: "",
  boolean: false,
  number: 0,
  choice: "",
  environment: "",
};
