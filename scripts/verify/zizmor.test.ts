import { describe, expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { checkedBy, readZizmor, refusedBy } from "./zizmor.ts";

const location = (kind: string, row: number) => ({
  symbolic: { kind, annotation: `the ${kind} place`, key: { Local: { verbatim_path: ".github/workflows/w.yml" } } },
  concrete: { location: { start_point: { row, column: 6 } } },
});

describe("the output of zizmor", () => {
  test("becomes findings at their primary places, without those that the workflow ignores", () => {
    const output = [
      { ident: "a", desc: "b", ignored: false, locations: [location("Related", 1), location("Primary", 4)] },
      { ident: "c", desc: "d", ignored: true, locations: [] },
    ];
    expect(readZizmor(JSON.stringify(output))).toEqual([
      { file: ".github/workflows/w.yml", line: 5, column: 7, rule: "zizmor/a", message: "b: the Primary place" },
    ]);
  });

  test.each(["", "ok", "null", "[{}]", '{"comments":[{"line":"1"}]}'])("is refused where it is %j", (output) =>
    expect(() => readZizmor(output)).toThrow(UserError),
  );
});

describe("the log of zizmor", () => {
  const files = ["0/w.yml", "10/w.yml"];

  test("names each file that was checked", () => {
    const stderr = " INFO audit: zizmor: 🌈 completed 10/w.yml\n WARN failed to parse input: no\n";
    expect(checkedBy(files, stderr)).toEqual(["10/w.yml"]);
  });

  test.each([
    { stderr: "error: failed to load file://0/w.yml as workflow\n", is: ["0/w.yml"] },
    { stderr: "fatal: no audit was performed\n'a' audit failed on file://10/w.yml\n", is: ["10/w.yml"] },
    { stderr: "fatal: no audit was performed\nerror: no inputs collected\n", is: files },
    { stderr: "error: out of memory\n", is: [] },
  ])("names the files that it gave up on: $is", ({ stderr, is }) => {
    expect(refusedBy(files, stderr)).toEqual(is);
  });
});
