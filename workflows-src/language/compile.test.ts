/** Rules for every workflow that the compiler prints: for ours, and for any workflow over our stages. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMap, isScalar, parse, parseDocument, visit } from "yaml";
import { type Contract, type StageName, contractOf, contracts, stageNames } from "../../contract/contracts.ts";
import { environments } from "../../contract/settings.ts";
import { actions, pinned } from "./actions.ts";
import { ciCd } from "../workflows/ci-cd.ts";
import { print } from "./print.ts";
import { Condition, Expr, eventIs, not, notEmpty, onMain } from "./expressions.ts";
import type { StageJobSpec, WorkflowSpec } from "./model.ts";
import { redeploy } from "../workflows/redeploy.ts";
import { weekly } from "../workflows/weekly.ts";
import { type Event, type Scenario, type Result, ancestors, evaluate, read, simulate } from "../testing/simulate.ts";

interface Job {
  readonly name?: string;
  readonly if?: string;
  readonly needs?: readonly string[];
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly if?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

describe.each([ciCd, redeploy, weekly])("$name", (spec) => {
  const text = print(spec);
  const workflow = parse(text) as {
    readonly name: string;
    readonly permissions: object;
    readonly jobs: Readonly<Record<string, Job>>;
  };
  const jobs = Object.entries(workflow.jobs);

  test("each job has a name, a timeout, and the permissions that its actions need", () => {
    expect(workflow).toMatchObject({ name: spec.title, permissions: {} });
    for (const [, job] of jobs) {
      expect(job.name).toBeTruthy();
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
      expect(job.permissions).toEqual(
        job.steps.some(({ uses }) => uses?.startsWith("actions/checkout@")) ? { contents: "read" } : {},
      );
    }
  });

  test("each action is pinned to the commit in the table, with its version as a comment", () => {
    const used = [...text.matchAll(/uses: (.*)/gu)].map(([, pin]) => pin);
    const known = Object.values(actions).map((action) => `${pinned(action)} # ${action.version}`);
    expect(used.filter((pin) => !known.includes(pin!))).toEqual([]);
    expect(known.filter((pin) => !/^[\w-]+(?:\/[\w-]+){1,2}@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u.test(pin))).toEqual([]);
  });

  test("each permission has a comment with the action that needs it", () => {
    const uncommented: string[] = [];
    visit(parseDocument(text), {
      Pair(_, { key, value }) {
        if (!isScalar(key) || key.value !== "permissions" || !isMap(value)) return;
        for (const { key: permission, value: level } of value.items)
          if (!isScalar(level) || !level.comment?.startsWith(" actions/")) uncommented.push(String(permission));
      },
    });
    expect(uncommented).toEqual([]);
  });

  test("no script contains an expression, and checkout leaves no token in the work tree", () => {
    for (const { run, uses, with: given } of jobs.flatMap(([, job]) => job.steps)) {
      expect(run ?? "").not.toContain("${{");
      if (uses?.startsWith("actions/checkout@")) expect(given).toMatchObject({ "persist-credentials": false });
    }
  });

  test("only a job with an environment gets its secrets, and it runs only on main", () => {
    for (const [id, job] of jobs) {
      const used = [...JSON.stringify(job).matchAll(/secrets\.(\w+)/gu)].map(([, name]) => name);
      expect(used).toEqual(job.environment ? environments[job.environment as keyof typeof environments].secrets : []);
      expect(job.environment).toBe((contracts as Readonly<Record<string, Contract>>)[id]?.environment);
      if (job.environment) expect(job.if?.split(" && ")).toContain("github.ref == 'refs/heads/main'");
    }
  });

  test("outputs are those of the stage, neither secrets nor variables", () => {
    for (const [, { outputs }] of jobs)
      for (const [key, value] of Object.entries(outputs ?? {}))
        expect(value).toBe(`\${{ steps.stage.outputs.${key} }}`);
  });

  test("the committed file is the compiled one", () => {
    expect(readFileSync(`.github/workflows/${spec.name}.yml`, "utf8").split("\n").slice(1).join("\n")).toBe(text);
  });
});

test("compiling is deterministic", () => expect(print(ciCd)).toBe(print(ciCd)));

test("the gate always runs, needs every job, and compares their results", () => {
  const { jobs } = parse(print(ciCd)) as { jobs: Readonly<Record<string, Job>> };
  expect(jobs["gate"]).toMatchObject({ if: "always()", needs: Object.keys(jobs).filter((id) => id !== "gate") });
  expect(jobs["gate"]?.steps.map(({ run }) => run)).toEqual([
    'diff --side-by-side <(echo "$EXPECTED") <(echo "$ACTUAL")\n',
  ]);
});

test("an artifact outlives a weekend, and a job that is run again replaces its own", () => {
  const { jobs } = parse(print(ciCd)) as { jobs: Readonly<Record<string, Job>> };
  const uploads = Object.values(jobs).flatMap(({ steps }) =>
    steps.filter(({ uses }) => uses?.includes("upload-artifact")),
  );
  expect(uploads.length).toBeGreaterThan(0);
  for (const { with: given } of uploads) {
    expect(given).toMatchObject({ overwrite: true });
    expect(given?.["retention-days"]).toBeGreaterThanOrEqual(10);
  }
});

test("a failed stage uploads its evidence, not its product", () => {
  const { jobs } = parse(print(ciCd)) as { jobs: Readonly<Record<string, Job>> };
  const uploads = jobs["build"]?.steps.filter(({ uses }) => uses?.includes("upload-artifact"));
  expect(uploads?.map((step) => [step.with?.["if-no-files-found"], step.if])).toEqual([
    ["error", undefined],
    ["ignore", "${{ !cancelled() }}"],
    ["ignore", "${{ !cancelled() }}"],
  ]);
});

describe("the layers of earlier builds", () => {
  const stepsOf = (spec: WorkflowSpec, job: string) =>
    (parse(print(spec)) as { jobs: Readonly<Record<string, Job>> }).jobs[job]?.steps ?? [];
  const caching = (spec: WorkflowSpec, job: string) =>
    stepsOf(spec, job).filter(({ uses }) => uses?.startsWith("actions/cache"));

  test("are restored and saved under keys of the application and of the commit", () => {
    const [restore, save, ...others] = caching(ciCd, "build");
    expect(others).toEqual([]);
    expect(restore?.uses).toContain("/restore@");
    expect(restore?.with).toMatchObject({
      key: "layers/${{ matrix.app }}/${{ github.sha }}",
      "restore-keys": "layers/${{ matrix.app }}/",
    });
    expect(save?.uses).toContain("/save@");
    // GitHub finds an entry only under the path that saved it.
    expect(save?.with).toEqual({ path: restore?.with?.["path"], key: restore?.with?.["key"] });
  });

  test.each([
    ["merge_group", "false"],
    ["push", "true"],
    ["pull_request", "true"],
  ])("are saved in a run for %s: %s", (event_name, saved) => {
    const [, save] = caching(ciCd, "build");
    const condition = /\$\{\{(.*)\}\}/su.exec(save?.if ?? "")?.[1] ?? "";
    expect(evaluate(condition, { github: { event_name } })).toBe(saved);
  });

  test("are neither read nor written by the weekly run, by a job with secrets, or by any other job", () => {
    const jobs = [ciCd, redeploy, weekly].flatMap((spec) => spec.jobs.map(({ id }) => ({ spec, id })));
    const cached = jobs.filter(({ spec, id }) => caching(spec, id).length > 0);
    expect(cached.map(({ spec, id }) => `${spec.name} ${id}`)).toEqual(["ci-cd build"]);
  });

  test("reach the stage as a folder, without a token of GitHub", () => {
    expect(JSON.stringify(stepsOf(ciCd, "build"))).not.toMatch(/TOKEN|token|ACTIONS_R/u);
  });
});

/** Any workflow over our stages. Conditions read flags and lists of earlier jobs, the event and the branch. */
const workflows: fc.Arbitrary<WorkflowSpec> = fc
  .tuple(fc.shuffledSubarray([...stageNames], { minLength: 1 }), fc.infiniteStream(fc.nat(1_000_000)))
  .map(([stages, stream]) => {
    const pick = <T>(...choices: readonly [T, ...T[]]): T => choices[Number(stream.next().value) % choices.length]!;
    const jobs = stages.map((stage, index): StageJobSpec => {
      const before = stages.slice(0, index);
      const needs = before.filter(() => pick(true, false, false));
      const afterSkipped = needs.filter(() => pick(true, false, false));
      const flags = needs.map((id) => new Condition(`needs.${id}.outputs.flag == 'true'`, [id]));
      const condition = (): readonly Condition[] =>
        pick<readonly Condition[]>([], [], [onMain], [eventIs("push")], flags.slice(0, 1), flags.slice(-1).map(not));
      const lists = needs
        .filter((id) => !afterSkipped.includes(id))
        .map((id) => new Expr<readonly string[]>(`needs.${id}.outputs.list`, [id]));
      const over = pick(undefined, lists[0]);
      const conditions = [...(over ? [notEmpty(over)] : []), ...condition(), ...condition()];
      const matrix = over && { dimensions: { leg: over }, legs: [], failFast: false };
      return {
        kind: "stage",
        id: stage,
        stage,
        title: contractOf(stage).title,
        with: {},
        before: [],
        after: [],
        needs,
        afterSkipped,
        judged: [],
        conditions,
        place: {},
        checkout: {},
        ...(matrix ? { matrix } : {}),
      };
    });
    return {
      name: "any",
      title: "Any",
      on: { push: { branches: ["main"] }, workflow_dispatch: {} },
      inputs: {},
      secrets: {},
      outputs: {},
      jobs,
      gate: "gate",
    };
  });

const event = fc.constantFrom<Event>(
  { name: "push", ref: "refs/heads/main" },
  { name: "workflow_dispatch", ref: "refs/heads/main" },
  { name: "workflow_dispatch", ref: "refs/heads/feature" },
);
const stage = fc.constantFrom<StageName>(...(stageNames as readonly [StageName, ...StageName[]]));
const given = fc.record({ flag: fc.constantFrom("true", "false"), list: fc.constantFrom("[]", '["a"]', '["a","b"]') });
const scenarios: fc.Arbitrary<Scenario> = fc.record({
  event,
  outputs: fc
    .tuple(...stageNames.map(() => given))
    .map((all) => Object.fromEntries(stageNames.map((name, index) => [name, all[index]!]))),
  results: fc.dictionary(stage, fc.constantFrom<Exclude<Result, "skipped">>("success", "failure", "cancelled"), {
    maxKeys: 2,
  }),
});

/** The jobs that should run if no job fails, computed independently of the compiler. */
function expectedJobs(spec: WorkflowSpec, { event: { name, ref }, outputs = {} }: Scenario): ReadonlySet<string> {
  const ran = new Set<string>();
  for (const { id, needs, afterSkipped, conditions } of spec.jobs) {
    const context = {
      github: { event_name: name, ref },
      needs: Object.fromEntries(needs.map((one) => [one, { outputs: ran.has(one) ? outputs[one] : {} }])),
    };
    if (
      needs.every((one) => ran.has(one) || afterSkipped.includes(one)) &&
      conditions.every(({ text }) => evaluate(`!!(${text})`, context) === "true")
    )
      ran.add(id);
  }
  return ran;
}

describe("in any workflow", () => {
  /** A condition reads only jobs that its own job needs; the gate needs all. */
  const runs = fc.record({ spec: workflows, scenario: scenarios });

  test("if no job fails, the expected jobs run and the gate succeeds", () => {
    fc.assert(
      fc.property(runs, ({ spec, scenario }) => {
        const withoutFailures = { ...scenario, results: {} };
        const { gate, ...others } = simulate(read(print(spec)), withoutFailures)!.results;
        expect(new Set(Object.keys(others).filter((id) => others[id] === "success"))).toEqual(
          expectedJobs(spec, withoutFailures),
        );
        expect(gate).toBe("success");
      }),
    );
  });

  test("if a job fails or is cancelled, the gate fails and no job after it runs", () => {
    fc.assert(
      fc.property(runs, ({ spec, scenario }) => {
        const workflow = read(print(spec));
        const { gate, ...others } = simulate(workflow, scenario)!.results;
        const broken = Object.keys(others).filter((id) => others[id] === "failure" || others[id] === "cancelled");
        expect(gate).toBe(broken.length > 0 ? "failure" : "success");
        for (const id of Object.keys(others))
          if (broken.some((one) => ancestors(id, workflow.jobs).has(one))) expect(others[id]).toBe("skipped");
      }),
    );
  });

  test("every job has the timeout of its contract, and secrets exactly if it has an environment", () => {
    fc.assert(
      fc.property(workflows, (spec) => {
        const { jobs } = parse(print(spec)) as { jobs: Readonly<Record<string, Job>> };
        for (const { id } of spec.jobs) {
          const contract = contractOf(id as StageName);
          expect(jobs[id]).toMatchObject({ "timeout-minutes": contract.timeoutMinutes, "runs-on": "ubuntu-24.04" });
          expect(JSON.stringify(jobs[id]).includes("secrets.")).toBe(contract.environment !== undefined);
        }
      }),
      { numRuns: 30 },
    );
  });
});
