/**
 * GitHub's expressions as values that know their type, and which jobs they read.
 * Nothing outside this folder's language makes one: workflow files only combine them.
 */

/** An expression that yields `T`. `jobs` are those whose outputs it reads, by id. */
export class Expr<out T> {
  declare protected readonly yields: T;
  readonly text: string;
  readonly jobs: readonly string[];
  constructor(text: string, jobs: readonly string[] = []) {
    this.text = text;
    this.jobs = jobs;
  }
}

/** What a condition promises about the run in which it holds. */
export interface Anywhere {
  readonly place?: unknown;
}
/** The run's ref is `main` itself: no pull request, no fork, no other branch. */
export interface OnMainOnly extends Anywhere {
  readonly place: "main";
}

export class Condition<out Promise extends Anywhere = Anywhere> extends Expr<boolean> {
  declare protected readonly promises: Promise;
}

type PromiseOf<C> = C extends Condition<infer P> ? P : never;
/** All of them hold, so what any of them promises is promised. */
type Both<C extends readonly Condition[]> = [Extract<PromiseOf<C[number]>, OnMainOnly>] extends [never]
  ? Anywhere
  : OnMainOnly;

type AtLeastOne = readonly [Condition, ...Condition[]];

const jobsOf = (exprs: readonly Expr<unknown>[]): readonly string[] => [...new Set(exprs.flatMap(({ jobs }) => jobs))];

/** `&&` and `||` bind weaker than comparisons, and `&&` stronger than `||`. */
const grouped = ({ text }: Expr<unknown>): string => (text.includes(" || ") ? `(${text})` : text);

export const all = <const C extends AtLeastOne>(...conditions: C): Condition<Both<C>> =>
  new Condition(conditions.map(grouped).join(" && "), jobsOf(conditions));

export const any = (...conditions: AtLeastOne): Condition =>
  new Condition(conditions.map(({ text }) => text).join(" || "), jobsOf(conditions));

export const not = (condition: Condition): Condition => new Condition(`!(${condition.text})`, condition.jobs);

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

export const equal = <T extends string>(left: Expr<T>, right: NoInfer<T>): Condition =>
  new Condition(`${left.text} == ${literal(right)}`, left.jobs);

/** A matrix over nothing fails on GitHub: a job over a list runs only when there is something in it. */
export const notEmpty = (list: Expr<readonly unknown[]>): Condition => new Condition(`${list.text} != '[]'`, list.jobs);

export const onMain: Condition<OnMainOnly> = new Condition("github.ref == 'refs/heads/main'");

export const eventIs = (event: string): Condition => new Condition(`github.event_name == ${literal(event)}`);
