/** Evaluates GitHub's expressions with GitHub's own library; unknown values stay unknown. Pure. */
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";
import {
  type Binary,
  type Expr,
  type FunctionCall,
  type IndexAccess,
  type Logical,
  Star,
  type Unary,
} from "@actions/expressions/ast";
import { equals, falsy } from "@actions/expressions/result";
import { OpenDictionary, type Truth, Unknown, isUncertain, toData, unknownText } from "./values.ts";

const contextNames = [
  ...(["github", "env", "vars", "job", "jobs", "steps", "runner"] as const),
  ...(["secrets", "strategy", "matrix", "needs", "inputs"] as const),
];
export type ContextName = (typeof contextNames)[number];

export const statusNames = ["success", "failure", "cancelled", "always"] as const;
export type Statuses = Readonly<Record<(typeof statusNames)[number], Truth>>;

/** Returns the hash of the files that match the patterns; undefined where the files are unknown. */
export type HashFiles = (patterns: readonly string[]) => string | undefined;

/** What an expression can read. A context that is absent is empty. */
export interface Scope {
  readonly contexts: Readonly<Partial<Record<ContextName, unknown>>>;
  readonly statuses?: Statuses;
  readonly hashFiles?: HashFiles | undefined;
}

const truthData = (truth: Truth): data.ExpressionData =>
  truth === "unknown" ? new Unknown() : new data.BooleanData(truth);

const functionsOf = ({ statuses, hashFiles }: Pick<Scope, "statuses" | "hashFiles">) => [
  ...statusNames.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => truthData(statuses?.[name] ?? "unknown"),
  })),
  {
    name: "hashfiles",
    minArgs: 1,
    maxArgs: 255,
    call: (...patterns: data.ExpressionData[]) => {
      const hash = hashFiles?.(patterns.map((one) => one.coerceString()));
      return hash === undefined ? new Unknown() : new data.StringData(hash);
    },
  },
];

const parsed = new Map<string, Expr>();

/** @throws Error that says what is wrong with the expression */
export function parseExpression(text: string): Expr {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const expression = new Parser(new Lexer(text).lex().tokens, [...contextNames], functionsOf({})).parse();
  parsed.set(text, expression);
  return expression;
}

/** @throws Error when the evaluation fails, for instance because `fromJSON` reads a text that is no JSON */
export const evaluateExpression = (expression: Expr, scope: Scope): data.ExpressionData =>
  new UncertainEvaluator(expression, scope).evaluate();

export const evaluateText = (text: string, scope: Scope): data.ExpressionData =>
  evaluateExpression(parseExpression(text), scope);

export function truthOf(value: data.ExpressionData): Truth {
  if (value instanceof Unknown) return value.truth ?? "unknown";
  return !falsy(value);
}

const dictionaries = new WeakMap<Scope["contexts"], data.Dictionary>();

/** A job evaluates many expressions with the same contexts. */
function dictionaryOf(contexts: Scope["contexts"]): data.Dictionary {
  const made =
    dictionaries.get(contexts) ??
    new data.Dictionary(...contextNames.map((key) => ({ key, value: toData(contexts[key] ?? {}) })));
  dictionaries.set(contexts, made);
  return made;
}

/** GitHub's evaluator, in which an operator with an unknown operand yields an unknown value unless the others decide. */
class UncertainEvaluator extends Evaluator {
  constructor(expression: Expr, scope: Scope) {
    super(expression, dictionaryOf(scope.contexts), new Map(functionsOf(scope).map((one) => [one.name, one])));
  }

  override visitUnary(unary: Unary): data.ExpressionData {
    const truth = truthOf(this.eval(unary.expr));
    return truthData(truth === "unknown" ? truth : !truth);
  }

  override visitBinary(binary: Binary): data.ExpressionData {
    const sides = [this.eval(binary.left), this.eval(binary.right)];
    return sides.some((side) => side instanceof Unknown) ? new Unknown() : super.visitBinary(binary);
  }

  override visitLogical(logical: Logical): data.ExpressionData {
    const decides = logical.operator.lexeme === "||";
    let uncertain = false;
    let last: data.ExpressionData = new data.Null();
    for (const argument of logical.args) {
      last = this.eval(argument);
      const truth = truthOf(last);
      // The operand before may have decided already, with the same truth and another value.
      if (truth === decides) return uncertain ? new Unknown(truth) : last;
      uncertain ||= truth === "unknown";
    }
    return uncertain ? new Unknown() : last;
  }

  override visitIndexAccess(access: IndexAccess): data.ExpressionData {
    const from = this.eval(access.expr);
    if (from instanceof Unknown) return from;
    if (access.index instanceof Star)
      return from instanceof OpenDictionary ? new Unknown() : super.visitIndexAccess(access);
    return this.eval(access.index) instanceof Unknown ? new Unknown() : super.visitIndexAccess(access);
  }

  override visitFunctionCall(call: FunctionCall): data.ExpressionData {
    const values = call.args.map((argument) => this.eval(argument));
    if (!values.some(isUncertain)) return super.visitFunctionCall(call);
    const [searched, item] = values;
    const isIn =
      call.functionName.lexeme.toLowerCase() === "contains" &&
      searched?.kind === data.Kind.Array &&
      item !== undefined &&
      !isUncertain(item) &&
      searched.values().some((one) => !isUncertain(one) && equals(one, item));
    return isIn ? new data.BooleanData(true) : new Unknown();
  }
}

/** A text of the YAML, split into its literal parts and its expressions. */
export type Segment = { readonly text: string } | { readonly expression: string };

/** An expression ends at the first `}}` outside of quotes. */
export function segmentsOf(written: string): readonly Segment[] {
  const segments: Segment[] = [];
  let rest = written;
  for (let start = rest.indexOf("${{"); start >= 0; start = rest.indexOf("${{")) {
    const [, expression = "", after = ""] =
      /^((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}(.*)$/su.exec(rest.slice(start + 3)) ?? [];
    if (expression === "" && after === "") break;
    if (start > 0) segments.push({ text: rest.slice(0, start) });
    segments.push({ expression: expression.trim() });
    rest = after;
  }
  return rest === "" ? segments : [...segments, { text: rest }];
}

/** The value of a text of the YAML: of any type where the text is one expression, otherwise a text. */
export function valueOf(written: unknown, scope: Scope): data.ExpressionData {
  if (typeof written !== "string") return toData(written);
  const segments = segmentsOf(written);
  const [only] = segments;
  if (segments.length === 1 && only !== undefined && "expression" in only) return evaluateText(only.expression, scope);
  const parts = segments.map((part) => ("text" in part ? part.text : evaluateText(part.expression, scope)));
  const text = parts.map((part) => (typeof part === "string" ? part : part.coerceString())).join("");
  const uncertain = parts.some((part) => typeof part !== "string" && isUncertain(part));
  return uncertain ? new Unknown(undefined, text) : new data.StringData(text);
}

/** The text that an environment variable or an input gets; `‹unknown›` stands for each unknown part. */
export const interpolate = (written: unknown, scope: Scope): string => valueOf(written, scope).coerceString();

export const isKnownText = (text: string): boolean => !text.includes(unknownText);
