/** The integration tests, which run in a container of the test stack and send their requests through nginx. */
import * as v from "valibot";
import { parseJson } from "../../contract/json.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { tests } from "../core/programs.ts";
import { compose, testProject } from "../docker/compose.ts";
import { annotateFailures } from "../reports/annotations.ts";
import { type TestCase, reportsBelow, tally } from "../reports/junit.ts";

/**
 * The verdict is the report that the tests write last, compared with the number of tests that there are: compose's exit
 * code alone is no proof.
 * @param folder where the reports go
 */
export async function runProxyTests(folder: string, fx: Effects): Promise<readonly TestCase[]> {
  await fx.tryRun(compose.wait(testProject, "tests"), { title: "integration tests through nginx" });
  await fx.tryRun(compose.copyOut(testProject, "tests", "/reports/.", folder));
  const listed = parseJson(v.array(v.unknown()), await fx.output(tests.listIntegration), "vitest list");
  const cases = reportsBelow(folder, fx.files);
  const findings = reportFindings(cases, listed.length);
  if (findings.length > 0) {
    annotateFailures(cases, fx);
    const logs = await fx.tryRun(compose.logs(testProject, "tests"));
    throw new UserError(
      `Integration: ${findings.join("; ")}\n${cases.length === 0 ? tail(logs.stdout, 20) : ""}`,
      `Read the report and the logs in ${folder}`,
    );
  }
  return cases;
}

/** The ways in which a report falls short of the tests that there are. Pure. */
export function reportFindings(cases: readonly TestCase[], expected: number): readonly string[] {
  const { passed, failed, skipped } = tally(cases);
  if (cases.length === 0) return [`no report: the tests ended before they wrote it (${expected} were expected)`];
  return [
    ...(failed > 0 ? [`${failed} of ${expected} tests failed`] : []),
    ...(skipped > 0 ? [`${skipped} tests were skipped`] : []),
    ...(failed === 0 && passed + skipped !== expected
      ? [`the report holds ${passed + skipped} tests, and ${expected} were expected`]
      : []),
  ];
}
