/** Mistakes that the types cannot express: each is refused with its code when the workflow is defined or compiled. */
import { describe, expect, test } from "vitest";
import { images } from "../../contract/base-images.ts";
import { contracts } from "../../contract/contracts.ts";
import { text } from "../../contract/codecs.ts";
import { type Events, pattern } from "./events.ts";
import { always, equal, format, fromEvent, onMain } from "./expressions.ts";
import { Mistake } from "./mistake.ts";
import type { WorkflowSpec } from "./model.ts";
import { run, use } from "./own-steps.ts";
import { print } from "./print.ts";
import { workflowFindings } from "./rules.ts";
import { type Tools, secret, workflow } from "./workflow.ts";

type Define = (tools: Tools<"push", unknown, unknown>) => unknown;
const on = { push: { branches: ["main"] } } as const;
const define = (jobs: Define): WorkflowSpec => workflow("w", { title: "W", on }, jobs);
const step = run("npm test");
const short = { title: "Short", timeoutMinutes: 5 } as const;

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (failure) {
    if (!(failure instanceof Mistake)) throw failure;
    expect(failure.message.split("\n").length).toBe(1);
    expect(failure.remedy).not.toBe("");
    return failure.code;
  }
  return undefined;
};

describe("a job that is refused", () => {
  const numbers = Array.from({ length: 17 }, (_, index) => index);
  test.each<[string, string, Define]>([
    ["two jobs of one id", "job-twice", ({ job }) => [job("check"), job("check")]],
    [
      "an own job with the id of a stage",
      "job-twice",
      ({ job, steps }) => [job("check"), steps("check", short, [step])],
    ],
    ["an id with a space", "job-id", ({ steps }) => steps("a b", short, [step])],
    ["an id that begins with a digit", "job-id", ({ job }) => job("check", { as: { id: "2nd", title: "Second" } })],
    [
      "a job of another workflow",
      "unknown-need",
      ({ job }) => define(({ job: there }) => job("check", { needs: [there("plan")] })),
    ],
    [
      "an output of another workflow",
      "unknown-need",
      ({ steps }) =>
        define(({ job: there }) => steps("a", short, [run("./a.sh", { env: { TAG: there("plan").outputs.tag } })])),
    ],
    [
      "a condition about a job of another workflow",
      "unknown-need",
      ({ job }) => define(({ job: there }) => job("check", { if: equal(there("plan").result, "success") })),
    ],
    [
      "one artifact from two jobs",
      "artifact-twice",
      ({ job }) => {
        const { build } = job("plan").outputs;
        job("build", { matrix: { app: build } });
        job("build", { matrix: { app: build }, as: { id: "again", title: "Again" } });
      },
    ],
    [
      "two dimensions of a stage that uploads a folder",
      "two-dimensions",
      ({ job }) => {
        job("build", { matrix: { app: job("plan").outputs.build, runner: ["ubuntu-24.04"] } });
      },
    ],
    ["maxParallel without a matrix", "no-matrix", ({ steps }) => steps("a", { ...short, maxParallel: 2 }, [step])],
    [
      "a matrix and legs",
      "matrix-and-legs",
      ({ steps }) => steps("a", { ...short, matrix: { a: ["1"] }, legs: [{ a: "1" }] }, [step]),
    ],
    ["a list without values", "matrix-empty", ({ steps }) => steps("a", { ...short, matrix: { a: [] } }, [step])],
    [
      "289 legs",
      "matrix-too-large",
      ({ steps }) => steps("a", { ...short, matrix: { a: numbers, b: numbers } }, [step]),
    ],
    ["a value twice", "matrix-value-twice", ({ steps }) => steps("a", { ...short, matrix: { a: ["1", "1"] } }, [step])],
    ["a leg twice", "matrix-value-twice", ({ steps }) => steps("a", { ...short, legs: [{ a: 1 }, { a: 1 }] }, [step])],
    ["a version as a number", "matrix-fraction", ({ steps }) => steps("a", { ...short, matrix: { a: [1.1] } }, [step])],
    [
      "legs with different keys",
      "legs-differ",
      ({ steps }) => steps("a", { ...short, legs: [{ a: 1 }, { b: 1 }] }, [step]),
    ],
    [
      "no leg at a time",
      "max-parallel",
      ({ steps }) => steps("a", { ...short, matrix: { a: [1] }, maxParallel: 0 }, [step]),
    ],
    [
      "a matrix over an output that may be missing",
      "matrix-of-skipped",
      ({ job }) => {
        const plan = job("plan");
        job("build", { matrix: { app: plan.outputs.build }, afterSkipped: [plan] });
      },
    ],
    [
      "a matrix over an output of a job that may have failed",
      "matrix-of-skipped",
      ({ job }) => {
        const plan = job("plan");
        job("build", { matrix: { app: plan.outputs.build }, if: equal(plan.result, "failure") });
      },
    ],
    [
      "a runner and a matrix of runners",
      "two-runners",
      ({ job }) => job("check", { runner: "ubuntu-24.04", matrix: { runner: ["ubuntu-24.04"] } }),
    ],
    [
      "a container on macOS",
      "containers-on-linux",
      ({ steps }) => steps("a", { ...short, runner: "macos-15", container: { image: images.proxy } }, [step]),
    ],
    [
      "outputs of a step without an id",
      "step-without-id",
      ({ steps }) => steps("a", short, [run("./a.sh", { outputs: ["b"] })]),
    ],
    [
      "an output of a later step",
      "step-output",
      ({ steps }) => {
        const later = run("./a.sh", { id: "later", outputs: ["b"] });
        steps("a", short, [run("./c.sh", { env: { B: later.outputs.b } }), later]);
      },
    ],
    [
      "an output of a step of no job",
      "step-output",
      ({ steps }) => {
        const other = run("./a.sh", { id: "other", outputs: ["b"] });
        steps("a", { ...short, outputs: { b: other.outputs.b } }, [step]);
      },
    ],
    [
      "a job's condition about a step",
      "step-output-elsewhere",
      ({ job }) => {
        const { outputs } = use("restoreCache", { path: "a", key: "b", "restore-keys": "c" }, { id: "cache" });
        job("check", { if: equal(outputs["cache-hit"], "true") });
      },
    ],
    [
      "two steps of one id",
      "step-id-twice",
      ({ steps }) => steps("a", short, [run("a", { id: "x" }), run("b", { id: "x" })]),
    ],
    ["the id of the stage's step", "step-id-twice", ({ job }) => job("check", { before: [run("a", { id: "stage" })] })],
    ["a path that is none", "event-path", ({ job }) => job("check", { if: equal(fromEvent("a b"), "c") })],
  ])("%s: %s", (_, code, jobs) => expect(codeOf(() => define(jobs))).toBe(code));

  test("a gate with the name of a job", () => {
    expect(codeOf(() => workflow("w", { title: "W", on, gate: "check" }, ({ job }) => job("check")))).toBe(
      "gate-is-job",
    );
  });
});

describe("an event that is refused", () => {
  const started = (event: Readonly<Partial<Events>>) => () =>
    print(workflow("w", { title: "W", on: event }, () => undefined));
  test.each<[string, string, () => unknown]>([
    ["a tag with its prefix", "filter", started({ push: { tags: ["refs/tags/v*"] } })],
    ["a path that begins at this folder", "filter", started({ push: { branches: ["main"], paths: ["./docs/**"] } })],
    ["a path that begins with a slash", "filter", started({ push: { branches: ["main"], paths: ["/docs/**"] } })],
    ["an empty path", "filter", started({ push: { branches: ["main"], paths: [""] } })],
    ["a branch with its prefix", "filter", () => pattern("refs/heads/release")],
    ["a branch with a space", "filter", () => pattern("my branch")],
    ["the 30th of February", "no-such-day", started({ schedule: { minute: 0, dayOfMonth: 30, month: "February" } })],
    [
      "the 31st of four months",
      "no-such-day",
      started({ schedule: { minute: 0, dayOfMonth: 31, month: ["April", "June"] } }),
    ],
    [
      "a day of the month and of the week",
      "two-days",
      started({ schedule: { minute: 0, dayOfMonth: 1, weekday: "Monday" } }),
    ],
    [
      "from Friday to Monday",
      "backwards",
      started({ schedule: { minute: 0, weekday: { from: "Friday", to: "Monday" } } }),
    ],
  ])("%s: %s", (_, code, work) => expect(codeOf(work)).toBe(code));
});

describe("workflows together that are refused", () => {
  const named = (name: string, title: string, jobs: Define): WorkflowSpec => workflow(name, { title, on }, jobs);
  const check: Define = ({ job }) => job("check");
  const deploying =
    (concurrencyGroup?: string): Define =>
    ({ steps }) =>
      steps(
        "announce",
        { ...short, if: onMain, environment: "production", ...(concurrencyGroup ? { concurrencyGroup } : {}) },
        [run("./a.sh", { env: { KEY: secret("DEPLOY_SSH_KEY") } })],
      );
  const callable = workflow(
    "called",
    { title: "Called", on: { workflow_call: {} }, inputs: { tag: { is: text, description: "Tag" } } },
    ({ steps }) => void steps("a", { ...short, concurrencyGroup: "one" }, [step]),
  );
  const calling: Define = ({ call, steps }) => {
    call("call", callable, { title: "Call", with: { tag: "v1" } });
    steps("b", { ...short, title: "B", concurrencyGroup: "one" }, [step]);
  };
  const sharing =
    (ordered: boolean): Define =>
    ({ steps }) => {
      const a = steps("a", { ...short, title: "A", concurrencyGroup: "one" }, [step]);
      steps("b", { ...short, title: "B", concurrencyGroup: "one", ...(ordered ? { needs: [a] } : {}) }, [step]);
    };

  test.each<[string, readonly string[], readonly WorkflowSpec[]]>([
    ["nothing", [], [named("a", "A", check)]],
    ["no job", ["workflow-without-jobs"], [named("a", "A", () => undefined)]],
    ["two names", ["workflow-twice"], [named("a", "A", check), named("a", "B", check)]],
    ["two titles", ["title-twice"], [named("a", "A", check), named("b", "A", check)]],
    [
      "two titles of jobs",
      ["title-twice"],
      [named("a", "A", ({ job }) => [job("check"), job("check", { as: { id: "b", title: "Check" } })])],
    ],
    [
      "a job with the title of the gate",
      ["title-twice"],
      [workflow("a", { title: "A", on, gate: "gate" }, ({ steps }) => steps("b", { ...short, title: "Gate" }, [step]))],
    ],
    ["a group that two jobs of one run share", ["lane-shared-in-one-run"], [named("a", "A", sharing(false))]],
    ["a group of two jobs, one after the other", [], [named("a", "A", sharing(true))]],
    ["a group that a called workflow shares", ["lane-shared-in-one-run"], [named("a", "A", calling), callable]],
    [
      "a called workflow that nothing writes",
      ["called-workflow-missing", "lane-shared-in-one-run"],
      [named("a", "A", calling)],
    ],
    [
      "a group of the run and of its job",
      ["lane-of-the-whole-run"],
      [
        workflow("a", { title: "A", on, concurrency: { group: "one", cancelOlder: false } }, ({ steps }) =>
          steps("b", { ...short, concurrencyGroup: "one" }, [step]),
        ),
      ],
    ],
    ["production outside of its group", ["environment-without-its-lane"], [named("a", "A", deploying())]],
    ["production in another group", ["environment-without-its-lane"], [named("a", "A", deploying("mine"))]],
    ["production in its group", [], [named("a", "A", deploying(contracts.deploy.concurrencyGroup))]],
    [
      "production in the group of the registry",
      ["environment-without-its-lane", "lane-of-two-environments"],
      [named("a", "A", deploying(contracts.publish.concurrencyGroup))],
    ],
  ])("%s: %j", (_, rules, specs) => {
    expect(
      workflowFindings(specs, [])
        .map(({ rule }) => rule)
        .toSorted(),
    ).toEqual(rules);
  });

  test("a stage in no workflow", () => {
    const [finding, ...others] = workflowFindings([named("a", "A", check)], ["check", "plan"]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rule: "stage-in-no-workflow" });
    expect(finding?.message).toContain("plan");
  });
});

describe("expressions", () => {
  test("a text with braces and quotes keeps them", () => {
    expect(format`it's {${fromEvent("a")}}`.text).toBe("format('it''s {{{0}}}', github.event.a)");
  });
  test("an output that calls a function about results is refused", () => {
    const jobs: Define = ({ steps }) => steps("a", { ...short, outputs: { b: format`${always}` } }, [step]);
    expect(codeOf(() => define(jobs))).toBe("status-in-output");
  });
});
