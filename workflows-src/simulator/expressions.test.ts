/** GitHub's expressions, and values that are unknown. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateText, interpolate, parseExpression, segmentsOf, truthOf } from "./expressions.ts";
import { accessesIn, printExpression, requirements } from "./print-expression.ts";
import { Open, type Truth, fromData, unknown, unknownText } from "./values.ts";

const scope = (inputs: object, statuses = {}) => ({
  contexts: { inputs },
  statuses: { success: true, failure: false, cancelled: false, always: true, ...statuses },
});

describe("functions and operators", () => {
  // Source: docs.github.com, "Evaluate expressions".
  test.each([
    ["fromJSON('[1, 2]')[1]", 2],
    ["toJSON(fromJSON('{\"a\": true}')) == '{\n  \"a\": true\n}'", true],
    ["format('{0}-{1} {{x}}', 'a', 1)", "a-1 {x}"],
    ["contains('Hello', 'LO')", true],
    ["contains(fromJSON('[\"a\", \"b\"]'), 'B')", true],
    ["startsWith('Hello', 'he')", true],
    ["endsWith('Hello', 'LO')", true],
    ["join(fromJSON('[\"a\", \"b\"]'), '+')", "a+b"],
    ['join(fromJSON(\'[{"n": 1}, {"n": 2}]\').*.n)', "1,2"],
    // Comparison ignores case, and converts: text to a number, false and null to 0.
    ["'A' == 'a'", true],
    ["'1' == 1", true],
    ["'' == 0", true],
    ["null == 0", true],
    ["true == 'true'", false],
    ["'false' && 'yes' || 'no'", "yes"],
    ["inputs.gone", null],
    ["inputs.gone.deeper == ''", true],
    ["hashFiles('x')", unknown],
  ])("%s", (text, expected) => expect(fromData(evaluateText(text, scope({})))).toEqual(expected));

  test("a text that is no JSON is an error", () =>
    expect(() => evaluateText("fromJSON('x')", scope({}))).toThrow(/JSON/u));
});

describe("an unknown value", () => {
  test.each<[string, Truth]>([
    ["inputs.u", "unknown"],
    ["!inputs.u", "unknown"],
    ["inputs.u == 'x'", "unknown"],
    ["inputs.u && false", false],
    ["inputs.u && true", "unknown"],
    ["false && inputs.u", false],
    ["inputs.u || true", true],
    ["inputs.u || false", "unknown"],
    ["!(inputs.u && false)", true],
    // The truth is known, and the value is not.
    ["(inputs.u || 'x') == 'x'", "unknown"],
    ["(inputs.u && '') == ''", "unknown"],
    ["format('{0}', inputs.u) == ''", "unknown"],
    ["contains(fromJSON('[\"x\"]'), inputs.u)", "unknown"],
    ["contains(inputs.list, 'a')", true],
    ["contains(inputs.list, 'b')", "unknown"],
    ["inputs.open.x", "unknown"],
    ["inputs.open.known", true],
    ["inputs.open.*", "unknown"],
    ["inputs.u.deeper", "unknown"],
    ["fromJSON(inputs.u).x", "unknown"],
    ["toJSON(inputs.open) == ''", "unknown"],
    ["success() && inputs.u", "unknown"],
  ])("%s is %s", (text, expected) => {
    const inputs = { u: unknown, list: ["a", unknown], open: new Open({ known: "k" }) };
    expect(truthOf(evaluateText(text, scope(inputs)))).toBe(expected);
  });

  test("stands in a text, and leaves the rest of it", () =>
    expect(interpolate("a-${{ inputs.u }}-${{ inputs.k }}", scope({ u: unknown, k: 1 }))).toBe(`a-${unknownText}-1`));

  /** Any expression over three values. */
  const expressions = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("inputs.a", "inputs.b", "inputs.c", "'x'", "''", "true", "false", "0", "null", "success()"),
      fc
        .tuple(tie("expression"), fc.constantFrom("==", "!=", "&&", "||", "<", ">="), tie("expression"))
        .map(([one, operator, other]) => `(${one} ${operator} ${other})`),
      tie("expression").map((one) => `!${one}`),
      fc.tuple(tie("expression"), tie("expression")).map(([one, other]) => `contains(${one}, ${other})`),
      tie("expression").map((one) => `format('{0}', ${one})`),
    ),
  })).expression;
  const values = fc.constantFrom<readonly unknown[]>(["x", "", "y"], [true, false], [0, 1], [null, "x"]);

  test("decides a condition only where every value that it may have decides the same", () => {
    fc.assert(
      fc.property(expressions, values, fc.constantFrom("x", "", true, 0), (text, possible, b) => {
        const truth = truthOf(evaluateText(text, scope({ a: unknown, b, c: unknown })));
        if (truth === "unknown") return;
        for (const a of possible)
          for (const c of possible) expect(truthOf(evaluateText(text, scope({ a, b, c })))).toBe(truth);
      }),
      { numRuns: 300 },
    );
  });

  test("printing an expression and parsing it again changes nothing", () => {
    fc.assert(
      fc.property(expressions, (text) => {
        const printed = printExpression(parseExpression(text));
        expect(printExpression(parseExpression(printed))).toBe(printed);
        const inputs = { a: "x", b: 1, c: true };
        expect(fromData(evaluateText(printed, scope(inputs)))).toEqual(fromData(evaluateText(text, scope(inputs))));
      }),
      { numRuns: 100 },
    );
  });
});

test.each([
  ["plain", [{ text: "plain" }]],
  ["${{ a }}", [{ expression: "a" }]],
  ["x ${{ a }} y ${{ b }}", [{ text: "x " }, { expression: "a" }, { text: " y " }, { expression: "b" }]],
  // A brace in quotes does not end an expression.
  ["${{ format('{0}}}', a) }}", [{ expression: "format('{0}}}', a)" }]],
  ["${{ 'it''s }}' }}!", [{ expression: "'it''s }}'" }, { text: "!" }]],
  ["${{ open", [{ text: "${{ open" }]],
])("the segments of %s", (written, expected) => expect(segmentsOf(written)).toEqual(expected));

test.each([
  ["needs.a.outputs.x == needs.a.result && github.ref", ["needs.a.outputs.x", "needs.a.result", "github.ref"]],
  ["needs['a'].outputs[matrix.key]", ["needs.a.outputs[matrix.key]", "matrix.key"]],
  ["contains(needs.*.result, 'failure')", ["needs.*.result"]],
  ["success()", []],
])("%s reads %j", (text, expected) => expect(accessesIn(parseExpression(text)).map(printExpression)).toEqual(expected));

test.each([
  ["a.b", 1],
  ["(inputs.a && inputs.b) && inputs.c", 3],
  ["inputs.a && (inputs.b || inputs.c)", 2],
  ["inputs.a || inputs.b && inputs.c", 1],
])("%s has %d requirements", (text, count) =>
  expect(requirements(parseExpression(text.replace("a.b", "inputs.b")))).toHaveLength(count),
);
