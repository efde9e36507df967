/** Simulates a job that runs: its legs, and its steps or the workflow that it calls. Pure. */
import { type Group, arrive, deadlocks, groupOf, nobody } from "./concurrency.ts";
import type { Result } from "./conditions.ts";
import { type Scope, interpolate, isKnownText, truthOf, valueOf } from "./expressions.ts";
import type { Begun, Frame, Ran } from "./frame.ts";
import { gateResult } from "./gate.ts";
import { type NamedLeg, legsOf } from "./matrix.ts";
import { runCall } from "./run-call.ts";
import { secretsContext } from "./secrets.ts";
import type { SimulatedJob, SimulatedLeg } from "./simulation.ts";
import { Open, fromData, unknown, unknownText } from "./values.ts";
import type { Job, Scalar, Scalars, Texts } from "./workflow.ts";

const failed = (why: string): Ran => ({ result: "failure", why, inputs: {}, outputs: {}, notes: [] });

/** @throws Error when an expression cannot be evaluated */
export function runJob(frame: Frame, begun: Begun, job: Job, scope: Scope): Ran {
  const found = legsOf(job.strategy, scope);
  if (found !== unknown && "error" in found) return failed(found.error);
  const legs: readonly NamedLeg[] = found === unknown ? [{ label: "", values: {} }] : found;
  const scopes = legs.map((leg, index) =>
    scopeOfLeg(frame, job, scope, found === unknown ? unknown : leg, index, legs),
  );
  const [first = scope] = scopes;
  const groups = scopes.flatMap((one) => groupOf(job.concurrency, one) ?? []);
  const [group] = groups;
  if (deadlocks(group, frame.groups))
    return { ...failed(`the job waits for the group ${group?.name}, which its own run holds`), result: "cancelled" };

  const works = legs.map((leg, index) => workOf(frame, begun, job, leg, scopes[index] ?? scope));
  const [work = failed("")] = works;
  const ends = legs.map((leg, index) =>
    endOf(frame, begun.id, job, leg, works[index]?.result ?? "success", scopes[index] ?? scope),
  );
  const given = frame.scenario.outputs?.[begun.id] ?? {};
  const environment = environmentOf(job, first);
  const maxParallel = truthOf(valueOf(job.strategy?.["max-parallel"] ?? false, first)) === true;
  const hasMatrix = job.strategy?.matrix !== undefined;
  return {
    ...work,
    result: together(ends.map(({ result }) => result)),
    outputs: { ...work.outputs, ...declaredOutputs(job, first), ...given },
    notes: [
      ...work.notes,
      ...ends.flatMap(({ notes }) => notes),
      ...sharedGroup(legs, groups),
      ...(found === unknown ? [emptyMatrix] : []),
    ],
    ...(hasMatrix
      ? {
          legs:
            found === unknown
              ? "unknown"
              : legs.map((leg, index): SimulatedLeg => ({ ...leg, result: ends[index]?.result ?? "unknown" })),
        }
      : {}),
    ...(maxParallel ? { maxParallel: Number(fromData(valueOf(job.strategy?.["max-parallel"], first))) } : {}),
    ...(environment ? { environment } : {}),
    ...(group ? { concurrency: group } : {}),
    ...(works.length > 1 && work.jobs ? { jobs: works.flatMap(({ jobs = [] }) => jobs) } : {}),
  };
}

const emptyMatrix = "the legs are unknown; GitHub fails the job if there is none";

function scopeOfLeg(
  { workflow, scenario, passed }: Frame,
  job: Job,
  scope: Scope,
  leg: NamedLeg | typeof unknown,
  index: number,
  legs: readonly NamedLeg[],
): Scope {
  const contexts = {
    ...scope.contexts,
    matrix: leg === unknown ? new Open({}) : leg.values,
    strategy: {
      "fail-fast": fromData(valueOf(job.strategy?.["fail-fast"] ?? true, scope)),
      "job-index": index,
      "job-total": leg === unknown ? unknown : legs.length,
      "max-parallel": fromData(valueOf(job.strategy?.["max-parallel"] ?? legs.length, scope)),
    },
    secrets: secretsContext(scenario.event, passed),
    steps: new Open({}),
    job: new Open({}),
    runner: new Open({}),
  };
  const outer = environmentTexts(workflow.env, { ...scope, contexts });
  const inner = environmentTexts(job.env, { ...scope, contexts: { ...contexts, env: contextOfTexts(outer) } });
  return { ...scope, contexts: { ...contexts, env: contextOfTexts({ ...outer, ...inner }) } };
}

/** A variable that is not in the YAML may come from an earlier step. */
const contextOfTexts = (texts: Texts): Open =>
  new Open(Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, isKnownText(text) ? text : unknown])));

const environmentTexts = (written: Scalars | string | undefined, scope: Scope): Texts =>
  typeof written === "string" || written === undefined || written === null
    ? {}
    : Object.fromEntries(Object.entries(written).map(([key, value]) => [key, interpolate(value, scope)]));

/** What is unknown as a whole is shown as it is written. */
export const presented = (written: Scalar, text: string): string => (text === unknownText ? String(written) : text);

function workOf(frame: Frame, begun: Begun, job: Job, leg: NamedLeg, scope: Scope): Ran {
  if (job.uses !== undefined) return runCall(frame, begun, job, leg, scope);
  const steps = job.steps ?? [];
  const pairs = steps.flatMap(({ env }) =>
    typeof env === "object" && env !== null
      ? Object.entries(env).map(([key, written]) => [key, written, interpolate(written, scope)] as const)
      : [],
  );
  const env = Object.fromEntries(pairs.map(([key, , text]) => [key, text]));
  const gate = gateResult(steps, env);
  return {
    result: gate?.result ?? "success",
    inputs: Object.fromEntries(pairs.map(([key, written, text]) => [key, presented(written, text)])),
    outputs: {},
    notes: gate?.notes ?? [],
  };
}

/** The end of a leg: the given one, or else the one that follows from the YAML. */
function endOf(
  { scenario: { results = {} } }: Frame,
  id: string,
  job: Job,
  { label }: NamedLeg,
  own: Result,
  scope: Scope,
): { readonly result: Result; readonly notes: readonly string[] } {
  const given = results[`${id}/${label}`] ?? results[id];
  const result = given === undefined || (given === "success" && own === "failure") ? own : given;
  const tolerated = truthOf(valueOf(job["continue-on-error"] ?? false, scope));
  if (result !== "failure" || tolerated === false) return { result, notes: [] };
  // Source: docs.github.com, "Workflow syntax", jobs.<job_id>.continue-on-error.
  const name = label === "" ? "the job" : `the leg ${label}`;
  return tolerated === true
    ? { result: "success", notes: [`${name} fails, and continue-on-error makes that a success`] }
    : { result: "unknown", notes: [`${name} fails, and whether continue-on-error allows it is unknown`] };
}

/** One failed leg fails the job. */
const together = (ends: readonly Result[]): Result =>
  (["failure", "cancelled", "unknown"] as const).find((result) => ends.includes(result)) ??
  (ends.length > 0 && ends.every((end) => end === "skipped") ? "skipped" : "success");

/** Only outputs of steps are unknown: a constant, or an output of another job, is not. */
const declaredOutputs = ({ outputs = {} }: Job, scope: Scope): Texts =>
  Object.fromEntries(Object.entries(outputs).map(([key, written]) => [key, interpolate(written, scope)]));

function environmentOf({ environment }: Job, scope: Scope): SimulatedJob["environment"] {
  if (environment === undefined || environment === null) return undefined;
  const { name, url } = typeof environment === "string" ? { name: environment, url: undefined } : environment;
  const text = presented(name, interpolate(name, scope));
  // An empty name is no environment.
  if (text === "") return undefined;
  return { name: text, ...(url === undefined ? {} : { url: presented(url, interpolate(url, scope)) }) };
}

/** Legs of one group wait for each other as runs do: of several that wait, only the last one stays. */
function sharedGroup(legs: readonly NamedLeg[], groups: readonly Group[]): readonly string[] {
  const [group] = groups;
  if (group === undefined || legs.length < 2 || groups.some(({ name }) => name !== group.name)) return [];
  const { waiting, cancelled } = legs.reduce<ReturnType<typeof arrive<string>>>(
    (occupants, { label }) => arrive(occupants, label, group),
    nobody,
  );
  return [
    `the legs share the group ${group.name}: ${waiting.length} wait`,
    ...(cancelled.length > 0 ? [`a later leg cancels ${cancelled.join(" and ")}`] : []),
  ];
}
