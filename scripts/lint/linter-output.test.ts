import { describe, expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { readGixy, readHadolint, readShellcheck, readZizmor } from "./linter-output.ts";

const location = (kind: string, row: number) => ({
  symbolic: { kind, annotation: `the ${kind} place`, key: { Local: { verbatim_path: ".github/workflows/w.yml" } } },
  concrete: { location: { start_point: { row } } },
});

test.each([
  {
    tool: "zizmor",
    read: readZizmor,
    output: [
      { ident: "a", desc: "b", ignored: false, locations: [location("Related", 1), location("Primary", 4)] },
      { ident: "c", desc: "d", ignored: true, locations: [] },
    ],
    is: { file: ".github/workflows/w.yml", line: 5, message: "a: b: the Primary place" },
  },
  {
    tool: "shellcheck",
    read: readShellcheck,
    output: { comments: [{ file: "x.sh", line: 3, code: 2086, message: "Double quote" }] },
    is: { file: "x.sh", line: 3, message: "SC2086: Double quote" },
  },
  {
    tool: "hadolint",
    read: readHadolint,
    output: [{ file: "Dockerfile", line: 1, code: "DL3000", message: "Use absolute WORKDIR" }],
    is: { file: "Dockerfile", line: 1, message: "DL3000: Use absolute WORKDIR" },
  },
  {
    tool: "gixy",
    read: readGixy,
    output: [{ file: "/repository/nginx.conf", line: 2, plugin: "p", summary: "s", reason: "r" }],
    is: { file: "nginx.conf", line: 2, message: "p: s r" },
  },
])("a finding of $tool", ({ read, output, is }) => expect(read(JSON.stringify(output))).toEqual([is]));

describe.each(Object.entries({ readZizmor, readShellcheck, readHadolint, readGixy }))("%s", (_, read) => {
  test.each(["", "ok", "null", "[{}]", '{"comments":[{"line":"1"}]}'])("throws at the output %j", (output) =>
    expect(() => read(output)).toThrow(UserError),
  );
});
