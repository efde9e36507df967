/**
 * GitHub's expressions as values that know their type and the jobs that they read. Pure.
 * Only this folder creates them; workflow files combine them.
 */
import { Mistake } from "./mistake.ts";
import type { Scalar } from "../../contract/codecs.ts";

/** What a job, or a step, ended with. */
export type Result = "success" | "failure" | "cancelled" | "skipped";

/** An expression of type `T`. `jobs` are the ids of the jobs that it reads, `judged` those whose result it reads. */
export class Expr<out T> {
  declare protected readonly yields: T;
  readonly text: string;
  readonly jobs: readonly string[];
  readonly judged: readonly string[];
  constructor(text: string, jobs: readonly string[] = [], judged: readonly string[] = []) {
    this.text = text;
    this.jobs = jobs;
    this.judged = judged;
  }
}

/** The promise of a condition: what is true of every run in which the condition holds. */
export interface Anywhere {
  readonly place?: unknown;
}
/** The ref of the run is `main` or a tag, which only somebody with write access can change. */
export interface Protected extends Anywhere {
  readonly place: "main" | "tag";
}
/** The ref of the run is `main`, so it is no pull request, no fork and no other branch. */
export interface OnMainOnly extends Protected {
  readonly place: "main";
}

export class Condition<out Promise extends Anywhere = Anywhere> extends Expr<boolean> {
  declare protected readonly promises: Promise;
}

type PromiseOf<C> = C extends Condition<infer P> ? P : never;
/** The promise of several conditions that all hold: the strongest that any of them makes. */
type Both<C extends readonly Condition[], P = PromiseOf<C[number]>> = [Extract<P, OnMainOnly>] extends [never]
  ? [Extract<P, Protected>] extends [never]
    ? Anywhere
    : Protected
  : OnMainOnly;
/** The promise of several conditions of which one holds: what each of them promises. */
type Either<C extends readonly Condition[], P = PromiseOf<C[number]>> = [P] extends [OnMainOnly]
  ? OnMainOnly
  : [P] extends [Protected]
    ? Protected
    : Anywhere;

type AtLeastOne = readonly [Condition, ...Condition[]];
type Readable = Expr<string | number | boolean>;

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
const jobsOf = (exprs: readonly Expr<unknown>[]) => distinct(exprs.flatMap(({ jobs }) => jobs));
const judgedBy = (exprs: readonly Expr<unknown>[]) => distinct(exprs.flatMap(({ judged }) => judged));
const condition = <P extends Anywhere = Anywhere>(text: string, ...read: readonly Expr<unknown>[]): Condition<P> =>
  new Condition(text, jobsOf(read), judgedBy(read));

/** Parentheses are needed around `||` only: comparisons bind tighter than `&&`, and `&&` tighter than `||`. */
const grouped = ({ text }: Expr<unknown>): string => (text.includes(" || ") ? `(${text})` : text);

export const all = <const C extends AtLeastOne>(...conditions: C): Condition<Both<C>> =>
  condition(conditions.map(grouped).join(" && "), ...conditions);

export const any = <const C extends AtLeastOne>(...conditions: C): Condition<Either<C>> =>
  condition(conditions.map(({ text }) => text).join(" || "), ...conditions);

export const not = (negated: Condition): Condition => condition(`!(${negated.text})`, negated);

/** The first of two values if the jobs that it reads have run, else the second. The first must not be empty then. */
export const firstOf = <T>(first: Expr<T>, second: Expr<NoInfer<T>>): Expr<T> =>
  new Expr(
    `${[...first.jobs.map((job) => `needs.${job}.result == 'success'`), first.text].join(" && ")} || ${second.text}`,
    jobsOf([first, second]),
  );

const literal = (value: string | number | boolean): string =>
  typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);

export const equal = <T extends string | number | boolean>(left: Expr<T>, right: NoInfer<T>): Condition =>
  condition(`${left.text} == ${literal(right)}`, left);

export const startsWith = (value: Expr<string>, prefix: string): Condition =>
  condition(`startsWith(${value.text}, ${literal(prefix)})`, value);

export const contains = <T extends string | number>(list: Expr<readonly T[]>, item: NoInfer<T>): Condition =>
  condition(`contains(fromJSON(${list.text}), ${literal(item)})`, list);

/** A text with the values of expressions in it: format`Deploy ${inputs.app}`. */
export const format = (parts: TemplateStringsArray, ...values: readonly Readable[]): Expr<string> => {
  const escaped = parts.map((part) => part.replaceAll("{", "{{").replaceAll("}", "}}"));
  const template = escaped.reduce((text, part, index) => `${text}{${index - 1}}${part}`);
  const texts = [literal(template), ...values.map(({ text }) => text)];
  return new Expr(`format(${texts.join(", ")})`, jobsOf(values), judgedBy(values));
};

/** GitHub fails a job whose matrix is empty, so a job with a matrix runs only if its list is not empty. */
export const notEmpty = (list: Expr<readonly unknown[]>): Condition => condition(`${list.text} != '[]'`, list);

/** A flag that a workflow sets in every run. */
export const yes = new Condition("true");

export const onMain: Condition<OnMainOnly> = new Condition("github.ref == 'refs/heads/main'");
export const onTag: Condition<Protected> = new Condition("startsWith(github.ref, 'refs/tags/')");
/** A pull request of a fork: GitHub gives its runs no secrets and no permission to write. */
export const fromFork = new Condition("github.event.pull_request.head.repo.fork == true");

/** Conditions about the jobs before this one. A job with one of them runs also after a failed or skipped job. */
export const failure = new Condition("failure()");
export const cancelled = new Condition("cancelled()");
export const always = new Condition("always()");

/** A condition that calls one of these functions replaces the rule that every job before this one has to succeed. */
export const callsStatus = ({ text }: Expr<unknown>): boolean =>
  /\b(?:success|failure|cancelled|always)\(\)/u.test(text.replaceAll(/'(?:[^']|'')*'/gu, ""));

export const eventIs = (event: string): Condition => new Condition(`github.event_name == ${literal(event)}`);

const texts = [
  "actor",
  "base_ref",
  "event_name",
  "head_ref",
  "ref",
  "ref_name",
  "repository",
  "repository_owner",
] as const;
const others = ["run_attempt", "run_id", "run_number", "server_url", "sha", "triggering_actor", "workflow"] as const;
type GithubText = (typeof texts)[number] | (typeof others)[number];

/** The texts of GitHub's context `github`. Those that a pull request chooses, such as `head_ref`, can contain anything. */
export const github = Object.fromEntries(
  [...texts, ...others].map((name) => [name, new Expr(`github.${name}`)]),
) as unknown as { readonly [Name in GithubText]: Expr<string> };

/** A text of the event that started the run, such as `release.tag_name` or `client_payload.version`. */
export const fromEvent = (path: string): Expr<string> => {
  if (!/^\w+(?:\.\w+)*$/u.test(path))
    throw new Mistake(
      "event-path",
      `${JSON.stringify(path)} is no path in an event`,
      "Write names with dots between them, such as `release.tag_name`",
    );
  return new Expr(`github.event.${path}`);
};

/** The digest of files, for the key of a cache. */
export const hashFiles = (pattern: string): Expr<string> => new Expr(`hashFiles(${literal(pattern)})`);

/** The list that a text contains, for a matrix; the codec says which values it has. */
export const listed = <T>(written: Expr<string>, _codec: Scalar<readonly T[]>): Expr<readonly T[]> =>
  new Expr(written.text, written.jobs, written.judged);
