/** Each example compiles, is named in the table of forms, and runs as expected when it is simulated. */
import { describe, expect, test } from "vitest";
import type { WorkflowSpec } from "../language/model.ts";
import { print } from "../language/print.ts";
import { forms } from "../pages/forms.ts";
import { runs } from "../testing/example-runs.ts";
import { examples } from "../testing/examples.ts";
import { read, simulate } from "../testing/simulate.ts";

const names = examples.map(({ name }) => name);

describe.each(examples)("$name", ({ name, source, spec }) => {
  test("is named for its file, begins with one sentence, and has at most 30 lines", () => {
    expect(spec.name).toBe(name);
    expect(source.trimEnd().split("\n").length).toBeLessThanOrEqual(30);
    expect(source).toMatch(/^\/\*\* [A-Z][^\n]*\. \*\/\n/u);
  });
});

test("a called workflow of this repository has no version beside it", () =>
  expect(print(specOf("caller"))).toMatch(/uses: \.\/\.github\/workflows\/callable\.yml$/mu));

describe("the table of forms", () => {
  test("names each example, and no other", () => {
    const named = new Set(forms.flatMap((form) => ("example" in form ? [form.example] : [])));
    expect([...named].toSorted()).toEqual(names.toSorted());
  });

  test.each(forms.filter((form) => "example" in form))("$example shows: $form", ({ example, shows }) => {
    expect(print(specOf(example))).toContain(shows);
  });
});

const specOf = (example: string): WorkflowSpec => examples.find(({ name }) => name === example)!.spec;
/** One letter a job, in the order of the workflow: s, f, c, or - for skipped. */
const letters = { success: "s", failure: "f", cancelled: "c", skipped: "-" } as const;

describe("a simulated run", () => {
  test("exists for each example", () => {
    expect([...new Set(runs.map(({ example }) => example))].toSorted()).toEqual(names.toSorted());
  });

  test.each(runs)(
    "of $example for $event.name on $event.ref ends with $ends",
    ({ example, ends, env, legs, ...run }) => {
      const simulation = simulate(read(print(specOf(example))), run);
      const results = Object.values(simulation?.results ?? {});
      expect(simulation ? results.map((result) => letters[result]).join("") : "not started").toBe(ends);
      if (env) expect(Object.assign({}, ...Object.values(simulation?.env ?? {}))).toMatchObject(env);
      if (legs) expect(Object.values(simulation?.legs ?? {}).map((values) => values.length)).toEqual(legs);
    },
  );
});
