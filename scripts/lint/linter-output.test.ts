import { describe, expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { readGixy, readHadolint, readShellcheck } from "./linter-output.ts";

test.each([
  {
    tool: "shellcheck",
    read: readShellcheck,
    output: { comments: [{ file: "x.sh", line: 3, column: 7, code: 2086, message: "Double quote" }] },
    is: { file: "x.sh", line: 3, column: 7, message: "SC2086: Double quote" },
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

describe.each(Object.entries({ readShellcheck, readHadolint, readGixy }))("%s", (_, read) => {
  test.each(["", "ok", "null", "[{}]", '{"comments":[{"line":"1"}]}'])("throws at the output %j", (output) =>
    expect(() => read(output)).toThrow(UserError),
  );
});
