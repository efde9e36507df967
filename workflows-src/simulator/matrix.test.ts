/** Source of the rules: docs.github.com, "Run variations of jobs in a workflow"; actions/runner, MatrixBuilder.cs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { legsOf } from "./matrix.ts";
import { unknown } from "./values.ts";
import { type Strategy, isList } from "./workflow.ts";

const legs = (matrix: string, needs: object = {}) =>
  legsOf({ matrix: parse(matrix) as NonNullable<Strategy["matrix"]> }, { contexts: { needs } });
const labels = (...given: Parameters<typeof legs>): readonly string[] | string => {
  const found = legs(...given);
  if (found === unknown) return "unknown";
  return isList(found) ? found.map(({ label }) => label) : "error";
};
const plan = (value: unknown) => ({ plan: { outputs: { list: value } } });

test.each<[string, string, object, readonly string[] | string]>([
  ["one dimension", "{ os: [a, b] }", {}, ["a", "b"]],
  ["two dimensions", "{ os: [a, b], node: [20, 24] }", {}, ["a, 20", "a, 24", "b, 20", "b, 24"]],
  ["exclude", "{ os: [a, b], node: [20, 24], exclude: [{ os: a, node: 20 }] }", {}, ["a, 24", "b, 20", "b, 24"]],
  ["exclude by a part", "{ os: [a, b], node: [20, 24], exclude: [{ os: a }] }", {}, ["b, 20", "b, 24"]],
  // A combination that include extends keeps its name.
  ["include extends", "{ os: [a, b], include: [{ os: a, x: 1 }] }", {}, ["a", "b"]],
  ["include extends all", "{ os: [a, b], include: [{ x: 1 }] }", {}, ["a", "b"]],
  ["include adds", "{ os: [a], include: [{ os: c, x: 1 }] }", {}, ["a", "c, 1"]],
  ["include alone", "{ include: [{ os: a }, { os: b, x: 2 }] }", {}, ["a", "b, 2"]],
  // An entry cannot extend a combination that is excluded: it is a leg of its own.
  ["include after exclude", "{ os: [a, b], exclude: [{ os: a }], include: [{ os: a }] }", {}, ["b", "a"]],
  // A matrix whose combinations are all excluded runs once.
  ["all excluded", "{ os: [a], exclude: [{ os: a }] }", {}, [""]],
  ["objects", "{ os: [{ name: a, v: 1 }] }", {}, ["a, 1"]],
  ["an output as a dimension", "{ app: '${{ fromJSON(needs.plan.outputs.list) }}' }", plan('["x","y"]'), ["x", "y"]],
  ["an output as the matrix", "${{ fromJSON(needs.plan.outputs.list) }}", plan('{"os":["a"]}'), ["a"]],
  ["an output in a dimension", "{ app: [a, '${{ needs.plan.outputs.list }}'] }", plan("z"), ["a", "z"]],
  ["an unknown output", "{ app: '${{ fromJSON(needs.plan.outputs.list) }}' }", plan(unknown), "unknown"],
  // GitHub fails the job.
  ["an empty dimension", "{ app: '${{ fromJSON(needs.plan.outputs.list) }}' }", plan("[]"), "error"],
  ["an empty dimension beside another", "{ os: [a], app: [] }", {}, "error"],
  ["an empty include", "{ include: [] }", {}, "error"],
  ["an empty matrix", "{}", {}, "error"],
  ["a dimension that is a text", "{ app: '${{ needs.plan.outputs.list }}' }", plan("x"), "error"],
  ["a matrix that is a list", "${{ fromJSON(needs.plan.outputs.list) }}", plan("[]"), "error"],
  ["257 legs", "{ n: '${{ fromJSON(needs.plan.outputs.list) }}' }", plan(JSON.stringify(Array(257).fill(1))), "error"],
])("%s", (_, matrix, needs, expected) => expect(labels(matrix, needs)).toEqual(expected));

test("GitHub's own example of include", () => {
  // Source: docs.github.com, "Run variations of jobs in a workflow", expanding or adding matrix configurations.
  const found = legs(`
    fruit: [apple, pear]
    animal: [cat, dog]
    include:
      - color: green
      - { color: pink, animal: cat }
      - { fruit: apple, shape: circle }
      - { fruit: banana }
      - { fruit: banana, animal: cat }
  `);
  expect(
    isList(found as readonly unknown[]) && (found as readonly { values: object }[]).map(({ values }) => values),
  ).toEqual([
    { fruit: "apple", animal: "cat", color: "pink", shape: "circle" },
    { fruit: "apple", animal: "dog", color: "green", shape: "circle" },
    { fruit: "pear", animal: "cat", color: "pink" },
    { fruit: "pear", animal: "dog", color: "green" },
    { fruit: "banana" },
    { fruit: "banana", animal: "cat" },
  ]);
});

test("without a matrix there is one leg", () => expect(legsOf(undefined, { contexts: {} })).toHaveLength(1));

describe("any matrix", () => {
  const vector = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 3 });
  test("has each combination once, but for those that are excluded", () => {
    fc.assert(
      fc.property(
        fc.record({ x: vector, y: vector }),
        fc.array(
          fc
            .record({ x: fc.constantFrom("a", "b"), y: fc.constantFrom("a", "c") }, { requiredKeys: [] })
            .filter((one) => Object.keys(one).length > 0),
          { maxLength: 2 },
        ),
        (vectors, exclude) => {
          const found = legsOf({ matrix: { ...vectors, exclude } }, { contexts: {} });
          const wanted = vectors.x
            .flatMap((x) => vectors.y.map((y) => ({ x, y })))
            .filter((leg) => !exclude.some((one) => (one.x ?? leg.x) === leg.x && (one.y ?? leg.y) === leg.y))
            .map(({ x, y }) => `${x}, ${y}`);
          expect(
            isList(found as readonly { label: string }[]) &&
              (found as readonly { label: string }[]).map(({ label }) => label),
          ).toEqual(wanted.length > 0 ? wanted : [""]);
        },
      ),
    );
  });
});
