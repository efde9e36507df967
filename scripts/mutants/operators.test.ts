/** The operators on sources, YAML and nginx.conf, and the report. */
import { describe, expect, test } from "vitest";
import type { Judged, Mutant } from "./mutant.ts";
import { nginxMutants } from "./nginx-mutants.ts";
import { reportOf, survivorLine } from "./report.ts";
import { instrument } from "./source-mutants.ts";
import { applied, oneOfEach } from "./text-mutant.ts";
import { allErrors, errorsOf, passesOf, withMutants } from "./type-errors.ts";
import { yamlMutants } from "./yaml-mutants.ts";

describe("sources", () => {
  const file = "a.ts";
  const text = 'export const sum = (a: number, b: number): number => a + b;\nexport const words = ["one"] as const;\n';
  const instrumented = instrument(new Map([[file, text]]));

  test("Stryker's operators find every place, with its line and its text, also in a constant", async () => {
    const { mutants } = await instrumented;
    const found = mutants.map(({ line, operator, original, replacement }) => [line, operator, original, replacement]);
    expect(found).toEqual(
      expect.arrayContaining([
        [1, "ArithmeticOperator", "a + b", "a - b"],
        [2, "StringLiteral", '"one"', '""'],
      ]),
    );
  });

  test("the range of a mutant is the place of its original", async () => {
    const { mutants } = await instrumented;
    expect(mutants.map(({ range }) => text.slice(...range!))).toEqual(mutants.map(({ original }) => original));
  });

  test("one text contains all mutants of a file", async () => {
    const { texts, mutants } = await instrumented;
    for (const { id } of mutants) expect(texts.get(file)).toContain(`("${id}")`);
  });
});

describe("compiled texts", () => {
  const texts = (mutants: readonly { readonly text: () => string }[]) => mutants.map(({ text }) => text());

  test("YAML: each key and item is dropped, and each value replaced", () => {
    const text = "a: true\nb:\n  - 1\nrun: make\n";
    expect(texts(yamlMutants("a.yml", text, []))).toEqual([
      "b:\n  - 1\nrun: make\n",
      "a: false\nb:\n  - 1\nrun: make\n",
      "a: true\nrun: make\n",
      "a: true\nb: []\nrun: make\n",
      "a: true\nb:\n  - 11\nrun: make\n",
      "a: true\nb:\n  - 1\n",
      "a: true\nb:\n  - 1\nrun: |\n  make || true\n",
    ]);
  });

  test("nginx.conf: each directive is dropped, and its value replaced", () => {
    const text = "# a comment;\nserver {\n  listen 80;\n  absolute_redirect off;\n}\n";
    expect(texts(nginxMutants("nginx.conf", text, []))).toEqual([
      "# a comment;\nserver {\n  absolute_redirect off;\n}\n",
      "# a comment;\nserver {\n  listen 7;\n  absolute_redirect off;\n}\n",
      "# a comment;\nserver {\n  listen 80;\n}\n",
      "# a comment;\nserver {\n  listen 80;\n  absolute_redirect on;\n}\n",
    ]);
  });

  test("what is alike for each application is mutated once", () => {
    const text = "services:\n  one:\n    image: a\n  another:\n    image: a\n";
    const mutants = oneOfEach(yamlMutants("a.yml", text, ["one", "another"]));
    expect(mutants.map(({ original }) => original)).toEqual([
      "services",
      "services.one",
      "services.one.image",
      "services.one.image: a",
    ]);
  });

  test("each mutant of the operators is another text", () => {
    const text = "a: true\n";
    const base = new Map([["a.yml", text]]);
    for (const mutant of yamlMutants("a.yml", text, [])) expect(applied(mutant, base).get("a.yml")).not.toBe(text);
  });
});

describe("the type checker judges many mutants in one pass", () => {
  const source = "const a = 1;\nconst b = [\n  2,\n];\nconst c = 3;\n";
  const at = (original: string, replacement: string): Judged => {
    const from = source.indexOf(original);
    const line = source.slice(0, from).split("\n").length;
    const range = [from, from + original.length] as const;
    const made: Mutant = { family: "sources", file: "a.ts", line, operator: "", original, replacement, range };
    return { mutant: made, verdict: { kind: "survived", changed: [] }, milliseconds: 0 };
  };
  const [first, list, item, last] = [at("1", "4"), at("[\n  2,\n]", "[]"), at("2", "5"), at("3", "6")] as const;

  test("those that share a line are in different passes", () =>
    expect(passesOf([first, list, item, last])).toEqual([[first, list, last], [item]]));

  test("every line keeps its number", () => {
    const texts = withMutants(
      [first, list, last].map(({ mutant: one }) => one),
      () => source,
    );
    expect(texts.get("a.ts")).toBe("const a = 4;\nconst b = []\n\n;\nconst c = 6;\n");
  });

  test("an error is that of the mutant on its line", () => {
    const output = "a.ts(3,1): error TS1: one\nb.ts(1,1): error TS2: two\n";
    expect([first, list, last].map(({ mutant: one }) => errorsOf(output, one))).toEqual([[], ["TS1: one"], []]);
    expect(allErrors(output)).toEqual(["TS1: one", "TS2: two"]);
  });
});

describe("the report", () => {
  const mutant: Mutant = {
    family: "texts",
    file: "stack.yml",
    line: 7,
    operator: "a key is dropped",
    original: "services.postgres.user",
    replacement: "",
  };
  const caught: Judged = { mutant, verdict: { kind: "caught", layer: "properties", finding: "" }, milliseconds: 1 };
  const survived: Judged = { mutant, verdict: { kind: "survived", changed: [] }, milliseconds: 1 };
  const same: Judged = { mutant, verdict: { kind: "unchanged" }, milliseconds: 1 };

  test("what changes no text is not counted", () => {
    expect(reportOf([caught, same], true)).toMatchObject({ caught: 1, counted: 1 });
  });
  test("a survivor without a reason fails, however many are caught", () => {
    expect(reportOf([...Array.from({ length: 99 }, () => caught), survived], false).passed).toBe(false);
  });
  test("a survivor is shown with its place and its change", () => {
    expect(survivorLine(mutant)).toBe("stack.yml:7: a key is dropped: services.postgres.user → (nothing)");
  });
});
