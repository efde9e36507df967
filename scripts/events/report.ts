/** The simulated runs as a table for a terminal. Pure. */
import { effectOf } from "../../workflows-src/simulator/concurrency.ts";
import type { Event } from "../../workflows-src/simulator/event.ts";
import { type Granted, isRestricted } from "../../workflows-src/simulator/permissions.ts";
import type { SimulatedJob, SimulatedRun } from "../../workflows-src/simulator/simulation.ts";
import { type Style, oneLine, shortened, wrap } from "./layout.ts";

export interface Page {
  readonly columns: number;
  readonly style: Style;
}

export interface Reported {
  readonly event: Event;
  readonly runs: readonly SimulatedRun[];
  /** What other runs of the event do to a run, by file. */
  readonly fates: ReadonlyMap<string, string>;
  /** Remarks on a job, by file and job, such as the reasons of our plan. */
  readonly remarks: ReadonlyMap<string, readonly string[]>;
}

export function report({ event, runs, fates, remarks }: Reported, page: Page): string {
  const started = runs.filter(({ starts }) => starts.value !== false);
  const others = runs.filter(({ starts }) => starts.value === false);
  return [
    ...wrap(oneLine(headline(event)), page.columns).map((line) => page.style(line, "bold")),
    ...trust(event).flatMap((text) => labelled("trust", text, 0, page)),
    ...started.flatMap((run) => ["", ...runLines(run, fates.get(run.file), remarks, page)]),
    ...(others.length > 0 || started.length === 0 ? [""] : []),
    ...(started.length === 0 ? ["No workflow starts."] : []),
    ...others.flatMap(({ file, starts }) => labelled("not started", `${file}: ${starts.why}`, 0, page)),
  ].join("\n");
}

function trust(event: Event): readonly string[] {
  if (isRestricted(event)) return ["no secrets, and a token that only reads"];
  return event.name === "pull_request_target" && event.fork === true
    ? ["the secrets and the token of the base branch, although the changes come from a fork"]
    : [];
}

function headline({ name, action, ref, base, head, fork, changed, inputs }: Event): string {
  const count = changed?.length;
  return [
    `${name}${action === undefined ? "" : ` ${action}`}`,
    head !== undefined && base !== undefined ? `${head} into ${base}` : (base ?? head ?? ref),
    ...(fork ? ["from a fork"] : []),
    ...(count === undefined ? [] : [`${count} changed ${count === 1 ? "path" : "paths"}`]),
    ...Object.entries(inputs ?? {}).map(([key, value]) => `${key}=${value}`),
  ].join(" · ");
}

function runLines(
  { file, name, starts, concurrency, inputs, jobs }: SimulatedRun,
  fate: string | undefined,
  remarks: Reported["remarks"],
  page: Page,
): readonly string[] {
  const verdict = starts.value === "unknown" ? "may start" : "starts";
  return [
    `${page.style(oneLine(name), "bold")}  ${page.style(file, "dim")}`,
    ...labelled(verdict, starts.why, 2, page),
    ...(concurrency === undefined
      ? []
      : labelled("group", `${concurrency.name}: ${fate === undefined ? effectOf(concurrency) : fate}`, 2, page)),
    ...(Object.keys(inputs).length === 0 ? [] : labelled("inputs", pairs(inputs), 2, page)),
    "",
    ...jobLines(jobs, page, (job) => remarks.get(`${file} ${job.id}`) ?? []),
  ];
}

const words: Readonly<Record<SimulatedJob["result"], readonly [word: string, style: Parameters<Style>[1]]>> = {
  success: ["runs", "green"],
  failure: ["fails", "red"],
  cancelled: ["cancelled", "yellow"],
  skipped: ["skipped", "dim"],
  unknown: ["unknown", "magenta"],
};

/** The jobs of called workflows follow their caller. */
const everyJob = (jobs: readonly SimulatedJob[]): readonly SimulatedJob[] =>
  jobs.flatMap((job) => [job, ...everyJob(job.jobs ?? [])]);

function jobLines(
  jobs: readonly SimulatedJob[],
  page: Page,
  remarks: (job: SimulatedJob) => readonly string[],
): readonly string[] {
  const all = everyJob(jobs);
  const widest = Math.min(Math.max(...all.map(({ id }) => id.length), 4), Math.floor(page.columns / 3));
  return all.flatMap((job) => {
    const [word, style] = words[job.result];
    const indent = 2 + widest + 2 + 11;
    const [first = "", ...more] = wrap(oneLine(job.why), page.columns - indent);
    const name = oneLine(job.id);
    // A name that is too long for its column has a line of its own.
    const head = name.length > widest ? [`  ${page.style(name, "bold")}`] : [];
    const column = name.length > widest ? " ".repeat(widest) : page.style(name.padEnd(widest), "bold");
    return [
      ...head,
      `  ${column}  ${page.style(word.padEnd(9), style)}  ${first}`.trimEnd(),
      ...more.map((line) => " ".repeat(indent) + line),
      ...(job.result === "skipped" ? [] : details(job, remarks(job), widest + 4, page)),
    ];
  });
}

function details(job: SimulatedJob, remarks: readonly string[], indent: number, page: Page): readonly string[] {
  const { legs, maxParallel, inputs, environment, permissions, secrets, concurrency, outputs, notes } = job;
  const rows: readonly (readonly [label: string, text: string])[] = [
    ["legs", legs === undefined ? "" : legsText(legs, maxParallel)],
    ["inputs", pairs(known(inputs))],
    ["outputs", pairs(outputs)],
    [
      "environment",
      environment === undefined
        ? ""
        : `${environment.name}${environment.url ? ` at ${environment.url}` : ""}, and its protection rules`,
    ],
    ["group", concurrency === undefined ? "" : `${concurrency.name}: ${effectOf(concurrency)}`],
    ["secrets", secrets.reached.join(", ")],
    ["withheld", secrets.withheld.length > 0 ? `${secrets.withheld.join(", ")}: empty in this run` : ""],
    ["token", permissionsText(permissions)],
    ...[...notes, ...remarks].map((note) => ["note", note] as const),
  ];
  return rows.flatMap(([label, text]) => (text === "" ? [] : labelled(label, text, indent, page)));
}

function legsText(legs: Exclude<SimulatedJob["legs"], undefined>, maxParallel: number | undefined): string {
  const at = maxParallel === undefined ? "" : ` (at most ${maxParallel} at once)`;
  if (legs === "unknown") return `unknown${at}`;
  const ended = legs.map(({ label, result }) => (result === "success" ? label : `${label} (${words[result][0]})`));
  return `${ended.map((text) => text || "one without values").join(" · ")}${at}`;
}

export function permissionsText(granted: Granted): string {
  if (typeof granted === "string") return granted;
  const texts = Object.entries(granted).map(([scope, level]) => `${scope}: ${level}`);
  return texts.length === 0 ? "no permissions" : texts.join(", ");
}

/** Without the inputs that are shown as they are written, since they are settings of the repository. */
const known = (inputs: SimulatedJob["inputs"]): SimulatedJob["inputs"] =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => !/^\$\{\{\s*(?:secrets|vars)\./u.test(value)));

const pairs = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${valueText(typeof value === "string" ? value : JSON.stringify(value))}`)
    .join(" · ");

const maxValue = 60;

function valueText(value: string): string {
  const lines = value.split("\n").length;
  if (lines > 1) return `(${lines} lines)`;
  return value.length <= maxValue ? oneLine(value) : shortened(oneLine(keysOf(value) ?? value), 2 * maxValue);
}

/** The names in a JSON object, which tell more than the beginning of its text. */
function keysOf(text: string): string | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return `{${Object.keys(JSON.parse(text) as object).join(", ")}}`;
  } catch {
    return undefined;
  }
}

const labelWidth = 11;

function labelled(label: string, text: string, indent: number, { columns, style }: Page): readonly string[] {
  const width = Math.max(label.length, labelWidth) + 2;
  const [first = "", ...more] = wrap(oneLine(text), Math.max(20, columns - indent - width));
  return [
    `${" ".repeat(indent)}${style(label.padEnd(width), "dim")}${first}`,
    ...more.map((line) => " ".repeat(indent + width) + line),
  ];
}
