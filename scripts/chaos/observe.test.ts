import { expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { readReport } from "./observe.ts";
import { outageReports, routingReport, sessionReports } from "./reports.ts";

const file = "tests/integration/observers/routing.ts";
const report = { requests: 3, misrouted: [], unexpected: [], unrecovered: ["http://reverse-proxy/"] };

test("the report is the last line that an observer prints", () => {
  expect(readReport(routingReport, `a warning\n${JSON.stringify(report)}\n\n`, file)).toEqual(report);
});

test.each([
  { name: "no output", schema: routingReport, output: "" },
  { name: "a crash", schema: routingReport, output: "Error: boom\n    at routing.ts:1:2\n" },
  { name: "a missing field", schema: routingReport, output: '{"requests":3,"misrouted":[],"unexpected":[]}' },
  { name: "another observer's report", schema: outageReports, output: JSON.stringify({ app: report }) },
  { name: "a text", schema: sessionReports, output: '"done"' },
])("$name is an error that names the observer's file", ({ schema, output }) => {
  expect(() => readReport<typeof schema>(schema, output, file)).toThrow(UserError);
  expect(() => readReport<typeof schema>(schema, output, file)).toThrow(file);
});
