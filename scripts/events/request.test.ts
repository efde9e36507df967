import { describe, expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { eventOf } from "../../workflows-src/simulator/event.ts";
import type { EventName } from "../../workflows-src/simulator/event-names.ts";
import { simulate } from "../../workflows-src/simulator/simulate.ts";
import { readWorkflow } from "../../workflows-src/simulator/workflow.ts";
import { type Given, checkInputs, checkOptions, endsOf, outputsOf, parseInputs } from "./request.ts";

const nothing: Given = {
  ref: undefined,
  base: undefined,
  type: undefined,
  event: undefined,
  fork: false,
  input: [],
  fail: [],
  cancel: [],
  output: [],
};

/** The message and the remedy of the error; undefined where there is none. */
function errorOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (failure) {
    if (!(failure instanceof UserError)) throw failure;
    return `${failure.message}\n${failure.remedy}`;
  }
}

test.each<[EventName, Partial<Given>, named: string | undefined]>([
  ["push", { ref: "x" }, undefined],
  ["pull_request", { ref: "x", base: "y", fork: true, type: "closed" }, undefined],
  ["repository_dispatch", { type: "anything" }, undefined],
  ["workflow_run", { ref: "x" }, undefined],
  ["push", { base: "x" }, "--base"],
  ["push", { fork: true }, "--fork"],
  ["push", { type: "x" }, "--type"],
  ["push", { input: ["a=b"] }, "--input"],
  ["schedule", { ref: "x" }, "--ref"],
  ["issue_comment", { ref: "x" }, "--ref"],
  ["merge_group", { ref: "x" }, "--ref"],
  ["pull_request", { type: "opend" }, "Did you mean opened?"],
  ["pull_request", { event: "e.json", fork: true }, "--fork"],
  ["push", { event: "e.json", ref: "x" }, "--ref"],
  ["workflow_call", { event: "e.json" }, "--event"],
])("%s with %j: %s", (name, given, named) => {
  const error = errorOf(() => checkOptions(name, { ...nothing, ...given }));
  if (named === undefined) expect(error).toBeUndefined();
  else expect(error).toContain(named);
});

test("a value may contain an equals sign", () => expect(parseInputs(["a=b=c", "d="])).toEqual({ a: "b=c", d: "" }));

const form = readWorkflow(
  "on: { workflow_dispatch: { inputs: { app: { type: choice, options: [red, green], required: true } } } }\njobs: {}",
);
const plain = readWorkflow("on: workflow_dispatch\njobs: {}");

describe("the inputs of a form", () => {
  const files = new Map([
    ["form.yml", form],
    ["plain.yml", plain],
  ]);
  test.each([
    [{}, ["form.yml"]],
    [{ app: "red" }, ["plain.yml"]],
  ])("%j do not fit %j", (given, refused) =>
    expect([...checkInputs("workflow_dispatch", files, given).keys()]).toEqual(refused),
  );
  test.each([
    [{ app: "gren" }, "Did you mean green?"],
    [{ ap: "red" }, '"ap"'],
    [{ app: "red", other: "x" }, '"other"'],
  ])("%j fit no workflow", (given, named) =>
    expect(errorOf(() => checkInputs("workflow_dispatch", files, given))).toContain(named),
  );
  test("one workflow that is named", () => {
    const one = new Map([["form.yml", form]]);
    expect(errorOf(() => checkInputs("workflow_dispatch", one, {}))).toContain("--input app=");
    expect(errorOf(() => checkInputs("workflow_dispatch", one, { ap: "red" }))).toContain("Did you mean app?");
    expect(checkInputs("push", one, {}).size).toBe(0);
  });
});

describe("jobs that are named", () => {
  const called = readWorkflow("on: workflow_call\njobs: { inner: {} }");
  const own = readWorkflow(
    "on: push\njobs: { test: { strategy: { matrix: { os: [linux, mac] } }, outputs: { version: '${{ steps.s.outputs.v }}' } }, call: { uses: ./c.yml }, off: { if: false } }",
  );
  const workflows = new Map([["own.yml", own]]);
  const runs = [simulate("own.yml", own, { event: eventOf("push", {}), workflowIn: () => called })];

  test.each([
    [
      { fail: ["test"], cancel: ["off"] },
      { test: "failure", off: "cancelled" },
    ],
    [
      { fail: ["test/linux"], cancel: ["call/inner"] },
      { "test/linux": "failure", "call/inner": "cancelled" },
    ],
    // The legs of a job that does not run are unknown.
    [{ fail: ["off/x"], cancel: [] }, { "off/x": "failure" }],
  ])("%j", (given, expected) => expect(endsOf(given, workflows, runs)).toEqual(expected));

  test.each([
    [["tets"], [], "Did you mean test?"],
    [["test/linx"], [], "Did you mean linux?"],
    [["call/iner"], [], "call/iner"],
    [["test"], ["test"], "--cancel"],
    [[], ["x"], "test, call, off"],
  ])("--fail %j --cancel %j", (fail, cancel, named) =>
    expect(errorOf(() => endsOf({ fail, cancel }, workflows, runs))).toContain(named),
  );

  test.each([
    [["test.version=1=2"], { test: { version: "1=2" } }],
    [["test.version=1", "test.version=2"], { test: { version: "2" } }],
    [["call.anything=x"], { call: { anything: "x" } }],
  ])("--output %j", (written, expected) => expect(outputsOf(written, workflows, runs)).toEqual(expected));
  test.each([
    [["tets.version=1"], "Did you mean test?"],
    [["test.versoin=1"], "Did you mean version?"],
    [["off.x=1"], '"x"'],
  ])("--output %j is misuse", (written, named) =>
    expect(errorOf(() => outputsOf(written, workflows, runs))).toContain(named),
  );
});
