/** The passes of the type checker, with a checker that reports errors as tsc does. */
import { expect, test } from "vitest";
import type { Judged } from "./mutant.ts";
import { judgeTypes } from "./type-passes.ts";

const at = (line: number): string => `a.ts(${line},1): error TS1: line ${line}\n`;

/** The errors that a mutant of each kind causes. */
const effects = {
  none: () => "",
  "syntax error": at,
  "own type error": at,
  "error elsewhere": () => at(100),
};
type Effect = keyof typeof effects;

const mutantOn = (line: number, operator: Effect): Judged => ({
  mutant: {
    family: "sources",
    file: "a.ts",
    line,
    operator,
    original: "1",
    replacement: "2",
    range: [line, line + 1],
  },
  verdict: { kind: "survived", changed: [] },
  milliseconds: 1,
});

/** The checker behaves as tsc does: it reports no type errors while the syntax of a file is broken. */
function outputFor(pass: readonly Judged[]): string {
  const broken = pass.filter(({ mutant }) => mutant.operator === "syntax error");
  return (broken.length > 0 ? broken : pass)
    .map(({ mutant }) => effects[mutant.operator as Effect](mutant.line))
    .join("");
}

/** Each mutant is on the line of its index. The passes and the result name mutants by their lines. */
async function judged(...mutants: readonly Effect[]) {
  const passes: (readonly number[])[] = [];
  const result = await judgeTypes(
    mutants.map((effect, line) => mutantOn(line, effect)),
    async (pass) => {
      passes.push(pass.map(({ mutant }) => mutant.line));
      return { output: outputFor(pass), milliseconds: 12 };
    },
  );
  const inOrder = result.toSorted((a, b) => a.mutant.line - b.mutant.line);
  return {
    passes,
    findings: inOrder.map(({ verdict }) => (verdict.kind === "caught" ? verdict.finding : verdict.kind)),
    milliseconds: inOrder.map((one) => one.milliseconds),
  };
}

test("one pass is enough where no mutant has an error", async () => {
  expect(await judged("none", "none")).toEqual({
    passes: [[0, 1]],
    findings: ["survived", "survived"],
    milliseconds: [1, 1],
  });
});

test("without survivors the checker does not run", async () => {
  expect((await judged()).passes).toEqual([]);
});

test("a syntax error hides a type error, which the next pass reports", async () => {
  expect(await judged("none", "own type error", "syntax error")).toEqual({
    passes: [[0, 1, 2], [0, 1], [0]],
    findings: ["survived", "TS1: line 1", "TS1: line 2"],
    milliseconds: [1, 1 + 6, 1 + 4],
  });
});

test("mutants with errors of their own take one pass", async () => {
  expect(await judged("own type error", "own type error")).toMatchObject({
    passes: [[0, 1]],
    findings: ["TS1: line 0", "TS1: line 1"],
  });
});

test("an error on the line of no mutant gives each of them a pass of its own", async () => {
  expect(await judged("none", "error elsewhere", "none")).toEqual({
    passes: [[0, 1, 2], [0], [1], [2]],
    findings: ["survived", "TS1: line 100", "survived"],
    milliseconds: [1, 1 + 12, 1],
  });
});

test("mutants with errors of their own leave the pass before the cause of another error is looked for", async () => {
  expect(await judged("own type error", "error elsewhere", "none")).toMatchObject({
    passes: [[0, 1, 2], [1, 2], [1], [2]],
    findings: ["TS1: line 0", "TS1: line 100", "survived"],
  });
});
