/** The expressions of a workflow, parsed by GitHub's own parser. Pure. */
import { type Expr, Lexer, Parser, data, wellKnownFunctions } from "@actions/expressions";
import {
  Binary,
  ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Star,
  Unary,
} from "@actions/expressions/ast";
import type { Path, YamlDocument } from "./document.ts";

export interface Expression {
  readonly path: Path;
  readonly source: string;
  /** Absent where GitHub's parser refuses the expression. */
  readonly tree: Expr | undefined;
}

const contexts = [
  "github",
  "env",
  "vars",
  "job",
  "jobs",
  "steps",
  "runner",
  "secrets",
  "strategy",
  "matrix",
  "needs",
  "inputs",
];
const functions = ["success", "failure", "cancelled", "always", "hashFiles"].map((name) => ({
  name,
  minArgs: 0,
  maxArgs: 255,
  call: () => new data.Null(),
}));

export function parseExpression(source: string): Expr | undefined {
  try {
    return new Parser(new Lexer(source).lex().tokens, contexts, [
      ...Object.values(wellKnownFunctions),
      ...functions,
    ]).parse();
  } catch {
    return undefined;
  }
}

export const expressionsIn = ({ texts }: Pick<YamlDocument, "texts">): readonly Expression[] =>
  texts.flatMap(({ path, value }) => {
    const sources = path.at(-1) === "if" && !value.includes("${{") ? [value] : templates(value);
    return sources.map((source) => ({ path, source, tree: parseExpression(source) }));
  });

/** The sources of all `${{ … }}` of a text. A literal inside may contain `}}`. */
export const templates = (text: string): readonly string[] =>
  [...text.matchAll(template)].map(([, source = ""]) => source);

export const template = /\$\{\{((?:'[^']*'|[^'])*?)\}\}/gu;

/** The expression and all below it. */
export function below(tree: Expr): readonly Expr[] {
  return [tree, ...childrenOf(tree).flatMap(below)];
}

function childrenOf(tree: Expr): readonly Expr[] {
  if (tree instanceof Unary) return [tree.expr];
  if (tree instanceof Binary) return [tree.left, tree.right];
  if (tree instanceof Logical || tree instanceof FunctionCall) return tree.args;
  if (tree instanceof Grouping) return [tree.group];
  if (tree instanceof IndexAccess) return [tree.expr, tree.index];
  return [];
}

/**
 * The names of a property, such as `needs`, `build` and `result`, in lower case; `*` for all properties.
 * Absent where the expression is another one, or contains an index that is computed.
 */
export function propertyOf(tree: Expr): readonly string[] | undefined {
  if (tree instanceof Grouping) return propertyOf(tree.group);
  if (tree instanceof ContextAccess) return [tree.name.lexeme.toLowerCase()];
  if (!(tree instanceof IndexAccess)) return undefined;
  const of = propertyOf(tree.expr);
  const index = tree.index instanceof Star ? "*" : literalOf(tree.index);
  return of && typeof index === "string" ? [...of, index.toLowerCase()] : undefined;
}

/** The properties of contexts that an expression reads, each as a whole: `needs.a.result`, not `needs.a` too. */
export function propertiesIn(tree: Expr): readonly (readonly string[])[] {
  const own = tree instanceof ContextAccess || tree instanceof IndexAccess ? propertyOf(tree) : undefined;
  return own ? [own] : childrenOf(tree).flatMap(propertiesIn);
}

export function literalOf(tree: Expr): string | number | boolean | null | undefined {
  if (tree instanceof Grouping) return literalOf(tree.group);
  if (!(tree instanceof Literal)) return undefined;
  const { literal } = tree;
  if (literal instanceof data.StringData || literal instanceof data.NumberData || literal instanceof data.BooleanData)
    return literal.value;
  return literal instanceof data.Null ? null : undefined;
}

/** The literals that are compared when a value is compared with this expression: its own, or those of a list in JSON. */
export function literalsIn(tree: Expr): readonly (string | number | boolean | null)[] {
  const literal = literalOf(tree);
  if (literal !== undefined) return [literal];
  const json = calledFunction(tree) === "fromjson" ? literalOf(argumentsOf(tree)[0]!) : undefined;
  try {
    const parsed: unknown = typeof json === "string" ? JSON.parse(json) : [];
    return Array.isArray(parsed) ? parsed.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

/** The name of a function that is called, in lower case. */
export const calledFunction = (tree: Expr): string | undefined =>
  tree instanceof FunctionCall ? tree.functionName.lexeme.toLowerCase() : undefined;

export const argumentsOf = (tree: Expr): readonly Expr[] => (tree instanceof FunctionCall ? tree.args : []);

/** The two sides of `==` and `!=`. */
export const comparedBy = (tree: Expr): readonly [Expr, Expr] | undefined =>
  tree instanceof Binary && (tree.operator.lexeme === "==" || tree.operator.lexeme === "!=")
    ? [tree.left, tree.right]
    : undefined;

export const isNegation = (tree: Expr): tree is Unary => tree instanceof Unary;
