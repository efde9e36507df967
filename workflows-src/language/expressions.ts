/**
 * GitHub's expressions as values that know their type and the jobs that they read. Pure.
 * Only this folder creates them; workflow files combine them.
 */

/** An expression of type `T`. `jobs` are the ids of the jobs whose outputs it reads. */
export class Expr<out T> {
  declare protected readonly yields: T;
  readonly text: string;
  readonly jobs: readonly string[];
  constructor(text: string, jobs: readonly string[] = []) {
    this.text = text;
    this.jobs = jobs;
  }
}

/** The promise of a condition: what is true of every run in which the condition holds. */
export interface Anywhere {
  readonly place?: unknown;
}
/** The ref of the run is `main`, so it is no pull request, no fork and no other branch. */
export interface OnMainOnly extends Anywhere {
  readonly place: "main";
}

export class Condition<out Promise extends Anywhere = Anywhere> extends Expr<boolean> {
  declare protected readonly promises: Promise;
}

type PromiseOf<C> = C extends Condition<infer P> ? P : never;
/** The promise of several conditions that all hold: it is that of any of them. */
type Both<C extends readonly Condition[]> = [Extract<PromiseOf<C[number]>, OnMainOnly>] extends [never]
  ? Anywhere
  : OnMainOnly;

type AtLeastOne = readonly [Condition, ...Condition[]];

const jobsOf = (exprs: readonly Expr<unknown>[]): readonly string[] => [...new Set(exprs.flatMap(({ jobs }) => jobs))];

/** Parentheses are needed around `||` only: comparisons bind tighter than `&&`, and `&&` tighter than `||`. */
const grouped = ({ text }: Expr<unknown>): string => (text.includes(" || ") ? `(${text})` : text);

export const all = <const C extends AtLeastOne>(...conditions: C): Condition<Both<C>> =>
  new Condition(conditions.map(grouped).join(" && "), jobsOf(conditions));

export const any = (...conditions: AtLeastOne): Condition =>
  new Condition(conditions.map(({ text }) => text).join(" || "), jobsOf(conditions));

export const not = (condition: Condition): Condition => new Condition(`!(${condition.text})`, condition.jobs);

/** The first of two values if the jobs that it reads have run, else the second. The first must not be empty then. */
export const firstOf = <T>(first: Expr<T>, second: Expr<NoInfer<T>>): Expr<T> =>
  new Expr(
    `${[...first.jobs.map((job) => `needs.${job}.result == 'success'`), first.text].join(" && ")} || ${second.text}`,
    jobsOf([first, second]),
  );

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

export const equal = <T extends string>(left: Expr<T>, right: NoInfer<T>): Condition =>
  new Condition(`${left.text} == ${literal(right)}`, left.jobs);

/** GitHub fails a job whose matrix is empty, so a job with a matrix runs only if its list is not empty. */
export const notEmpty = (list: Expr<readonly unknown[]>): Condition => new Condition(`${list.text} != '[]'`, list.jobs);

/** A flag that a workflow sets in every run. */
export const yes = new Condition("true");

export const onMain: Condition<OnMainOnly> = new Condition("github.ref == 'refs/heads/main'");

export const eventIs = (event: string): Condition => new Condition(`github.event_name == ${literal(event)}`);
