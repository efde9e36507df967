import type { Expr } from "@actions/expressions";
import { type Path, type YamlDocument, text } from "../workflow/document.ts";
import {
  argumentsOf,
  below,
  calledFunction,
  comparedBy,
  literalOf,
  literalsIn,
  propertiesIn,
  propertyOf,
  template,
  parseExpression,
} from "../workflow/expressions.ts";
import { valuesOf } from "../workflow/values.ts";
import { type Job, type Rule, findingAt } from "../workflow/workflow.ts";

const name = "impossible-comparison";

/** A comparison of a property with a value that it never has, such as `needs.build.result == 'succes'`. */
export const impossibleComparison: Rule = (workflow) => [
  ...workflow.expressions.flatMap(({ path, tree }) =>
    (tree ? below(tree) : []).flatMap((one) =>
      wrongValues(one).map((message) => findingAt(workflow, path, name, message)),
    ),
  ),
  ...workflow.jobs.flatMap((job) =>
    inShell(job, workflow.document).map(({ path, message }) => findingAt(workflow, path, name, message)),
  ),
];

function wrongValues(tree: Expr): readonly string[] {
  const compared = comparedBy(tree) ?? (calledFunction(tree) === "contains" ? argumentsOf(tree) : []);
  const [left, right] = compared;
  if (!left || !right) return [];
  return [
    ...against(left, right, comparedBy(tree) !== undefined),
    ...against(right, left, comparedBy(tree) !== undefined),
  ];
}

/** @param whole whether the two are compared with `==` or `!=`, and not searched for */
function against(side: Expr, other: Expr, whole: boolean): readonly string[] {
  const property = propertyOf(side);
  if (!property) return [];
  const written = property.join(".");
  if (whole && property.includes("*") && literalOf(other) !== undefined)
    return [`${written} is a list, which equals no value. Use contains(${written}, …)`];
  const literals = literalsIn(other);
  if (whole && (written === "github.ref" || written === "github.event.ref") && property[1] === "ref")
    return literals
      .filter((literal) => typeof literal === "string" && literal !== "" && !literal.startsWith("refs/"))
      .map(
        (literal) =>
          `github.ref begins with refs/: it never is '${literal}'. Use github.ref_name, or 'refs/heads/${literal}'`,
      );
  const values = valuesOf(property);
  if (!values) return [];
  // contains() of a text looks for a part of it.
  const fits = (literal: string) =>
    values.some((value) =>
      whole || property.includes("*") || isList(other)
        ? value.toLowerCase() === literal.toLowerCase()
        : value.toLowerCase().includes(literal.toLowerCase()),
    );
  return literals
    .filter((literal) => literal !== "" && literal !== null && !fits(String(literal)))
    .map(
      (literal) =>
        `${written} never is ${typeof literal === "string" ? `'${literal}'` : String(literal)}. Its values: ${values.length > 12 ? "the names of events" : values.join(", ")}`,
    );
}

const isList = (tree: Expr): boolean => calledFunction(tree) === "fromjson";

/** Comparisons in scripts: of the expression itself, or of a variable that holds it. */
function inShell(job: Job, document: YamlDocument): readonly { readonly path: Path; readonly message: string }[] {
  return job.steps.flatMap(({ path, run, env }) => {
    const variables = Object.entries({ ...variablesOf(document.value), ...variablesOf(job.value), ...env }).flatMap(
      ([variable, value]) =>
        propertyWritten(text(value)).map((property) => ({ pattern: `\\$\\{?${escaped(variable)}\\}?`, property })),
    );
    const direct = [...run.matchAll(template)].flatMap(([written]) =>
      propertyWritten(written).map((property) => ({ pattern: escaped(written), property })),
    );
    return [...variables, ...direct].flatMap(({ pattern, property }) =>
      [...run.matchAll(new RegExp(`["']?${pattern}["']?\\s*(?:==?|!=)\\s*["']?([\\w-]+)`, "gu"))]
        .map(([, literal = ""]) => literal)
        .filter((literal) => !valuesOf(property)?.includes(literal))
        .map((literal) => ({
          path: [...path, "run"],
          message: `${property.join(".")} never is ${literal}. Its values: ${valuesOf(property)?.join(", ")}`,
        })),
    );
  });
}

const variablesOf = (value: unknown): Readonly<Record<string, unknown>> =>
  (value as { env?: Record<string, unknown> } | undefined)?.env ?? {};

/** The property that a text consists of, where its values are known; a script compares it letter by letter. */
function propertyWritten(value: string): readonly (readonly string[])[] {
  const [whole, source = ""] = new RegExp(template.source, "u").exec(value.trim()) ?? [];
  const tree = whole === value.trim() ? parseExpression(source) : undefined;
  const property = tree ? propertyOf(tree) : undefined;
  return property && valuesOf(property) && propertiesIn(tree!).length === 1 ? [property] : [];
}

const escaped = (written: string): string => written.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&");
