/** Splits the tests into as many parts as a job before finds useful: a matrix over a list of numbers. */
import { list, wholeNumber } from "../../contract/codecs.ts";
import { listed } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow("numbers", { title: "Parts", on: { push: { branches: ["main"] } } }, ({ steps }) => {
  const split = run("./split.sh", { id: "split", outputs: ["parts"] });
  const { parts } = steps(
    "split",
    {
      title: "Split",
      timeoutMinutes: 5,
      outputs: { parts: split.outputs.parts },
    },
    [split],
  ).outputs;
  steps(
    "test",
    {
      title: "Test part",
      timeoutMinutes: 20,
      matrix: { part: listed(parts, list(wholeNumber(1, 9))) },
    },
    ({ part }) => [run("./test.sh", { env: { PART: part } })],
  );
});
