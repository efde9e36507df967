/** Source of the rules: docs.github.com, "Workflow syntax", inputs; "Events that trigger workflows", workflow_dispatch. */
import { describe, expect, test } from "vitest";
import { eventOf } from "./event.ts";
import { problemsOfForm } from "./inputs.ts";
import { simulate } from "./simulate.ts";
import { readWorkflow, triggerOf } from "./workflow.ts";

const inputs = `
      flag: { type: boolean }
      on: { type: boolean, default: true }
      count: { type: number, default: 3 }
      text: { default: hello }
      free: {}
      colour: { type: choice, options: [red, green, 3], required: true }
      place: { type: environment }`;
const form = readWorkflow(`on:\n  workflow_dispatch:\n    inputs:${inputs}\njobs: {}`);
const definitions = triggerOf(form, "workflow_dispatch")?.inputs ?? {};

test.each<[object, readonly (readonly [kind: string, input: string])[]]>([
  [{ colour: "red" }, []],
  [{ colour: "3" }, []],
  [{}, [["missing", "colour"]]],
  [{ colour: "blue" }, [["wrong", "colour"]]],
  [{ colour: "Red" }, [["wrong", "colour"]]],
  [{ colour: "red", flag: "yes" }, [["wrong", "flag"]]],
  [{ colour: "red", flag: "false" }, []],
  [{ colour: "red", count: "many" }, [["wrong", "count"]]],
  [{ colour: "red", count: "" }, [["wrong", "count"]]],
  [{ colour: "red", count: "1.5" }, []],
  [{ colour: "red", place: "anywhere" }, []],
  [
    { colour: "red", other: "x", toString: "y" },
    [
      ["undeclared", "other"],
      ["undeclared", "toString"],
    ],
  ],
])("the form with %j has the problems %j", (given, expected) =>
  expect(problemsOfForm(definitions, given as Record<string, string>).map(({ kind, input }) => [kind, input])).toEqual(
    expected,
  ),
);

const read = (expression: string): string => {
  const workflow = { ...form, jobs: { a: { steps: [{ run: "x", env: { V: `\${{ ${expression} }}` } }] } } };
  const event = eventOf("workflow_dispatch", { inputs: { colour: "red", flag: "false" } });
  return simulate("form.yml", workflow, { event }).jobs[0]?.inputs["V"] ?? "";
};

describe("a form", () => {
  test.each([
    // A boolean is a boolean in `inputs`, and a text in `github.event.inputs`: the text false is true.
    ["inputs.flag && 'yes' || 'no'", "no"],
    ["github.event.inputs.flag && 'yes' || 'no'", "yes"],
    ["inputs.flag == false", "true"],
    ["github.event.inputs.flag == 'false'", "true"],
    ["inputs.on", "true"],
    ["inputs.text", "hello"],
    ["inputs.free == ''", "true"],
    ["inputs.colour", "red"],
    ["inputs.count == 3", "true"],
    ["inputs.gone == ''", "true"],
    ["toJSON(inputs.flag)", "false"],
    ["toJSON(github.event.inputs.flag)", '"false"'],
  ])("%s is %s", (expression, expected) => expect(read(expression)).toBe(expected));
});

test("no other event has inputs", () => {
  const workflow = readWorkflow("on: push\njobs: { a: { if: \"inputs.x == '' && !github.event.inputs\" } }");
  expect(simulate("w.yml", workflow, { event: eventOf("push", {}) }).jobs[0]?.result).toBe("success");
});
