/** Prints a parsed expression, and finds the values that it reads. Pure. */
import { data } from "@actions/expressions";
import {
  Binary,
  ContextAccess,
  type Expr,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Star,
  Unary,
} from "@actions/expressions/ast";

/** The expression with one space around each operator. */
export function printExpression(expression: Expr): string {
  if (expression instanceof Literal) return literal(expression.literal);
  if (expression instanceof Unary) return `!${printExpression(expression.expr)}`;
  if (expression instanceof Binary)
    return `${printExpression(expression.left)} ${expression.operator.lexeme} ${printExpression(expression.right)}`;
  if (expression instanceof Logical)
    return expression.args.map(printExpression).join(` ${expression.operator.lexeme} `);
  if (expression instanceof Grouping) return `(${printExpression(expression.group)})`;
  if (expression instanceof ContextAccess) return expression.name.lexeme;
  if (expression instanceof FunctionCall)
    return `${expression.functionName.lexeme}(${expression.args.map(printExpression).join(", ")})`;
  if (expression instanceof IndexAccess) return `${printExpression(expression.expr)}${index(expression.index)}`;
  return "*";
}

function index(written: Expr): string {
  if (written instanceof Star) return ".*";
  const name = written instanceof Literal && written.literal.kind === data.Kind.String ? written.literal.value : "";
  return /^[a-z_][\w-]*$/iu.test(name) ? `.${name}` : `[${printExpression(written)}]`;
}

function literal(value: data.ExpressionData): string {
  if (value.kind === data.Kind.String) return `'${value.value.replaceAll("'", "''")}'`;
  return value.kind === data.Kind.Null ? "null" : value.coerceString();
}

const children = (expression: Expr): readonly Expr[] => {
  if (expression instanceof Unary) return [expression.expr];
  if (expression instanceof Binary) return [expression.left, expression.right];
  if (expression instanceof Logical || expression instanceof FunctionCall) return expression.args;
  if (expression instanceof Grouping) return [expression.group];
  if (expression instanceof IndexAccess) return [expression.expr, expression.index];
  return [];
};

/** Whole accesses, such as `needs.plan.outputs.build`, in the order in which they stand; each once. */
export function accessesIn(expression: Expr): readonly Expr[] {
  const found = new Map<string, Expr>();
  const visit = (one: Expr): void => {
    if (one instanceof ContextAccess || one instanceof IndexAccess) {
      if (!found.has(printExpression(one))) found.set(printExpression(one), one);
      // Only what stands in brackets is another access.
      for (let inner: Expr = one; inner instanceof IndexAccess; inner = inner.expr) visit(inner.index);
    } else for (const child of children(one)) visit(child);
  };
  visit(expression);
  return [...found.values()];
}

/** The names of the functions that are called, in lower case. */
export function callsIn(expression: Expr): ReadonlySet<string> {
  const own = expression instanceof FunctionCall ? [expression.functionName.lexeme.toLowerCase()] : [];
  return new Set([...own, ...children(expression).flatMap((child) => [...callsIn(child)])]);
}

/** The parts that are all required: the operands of `&&` outside of other operators. */
export function requirements(expression: Expr): readonly Expr[] {
  if (expression instanceof Grouping) return requirements(expression.group);
  return expression instanceof Logical && expression.operator.lexeme === "&&"
    ? expression.args.flatMap(requirements)
    : [expression];
}
