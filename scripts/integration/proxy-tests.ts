/** The integration tests, which run in a container of the test stack and send their requests through nginx. */
import * as v from "valibot";
import { appNames } from "../../apps/catalog.ts";
import { parseJson } from "../../contract/json.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { tests } from "../core/programs.ts";
import { compose, testProject } from "../docker/compose.ts";
import { annotateFailures } from "../reports/annotations.ts";
import { type TestCase, reportsBelow, tally } from "../reports/junit.ts";
import type { TestStack } from "./test-stack.ts";

/**
 * The verdict is the report that the tests write last, compared with the number of tests that there are: compose's exit
 * code alone is no proof.
 * @param fx the effects that `withTestStack` hands out
 */
export async function runProxyTests({ folder, changed }: TestStack, fx: Effects): Promise<readonly TestCase[]> {
  const smokeOnly = appNames.filter((app) => !changed.includes(app));
  if (smokeOnly.length > 0)
    fx.log(`  tested in full: ${changed.join(", ")}; smoke tests only: ${smokeOnly.join(", ")}`);
  // The tests that there are depend on the changed applications, too: the environment tells the list which they are.
  const listed = parseJson(v.array(v.unknown()), await fx.output(tests.listIntegration), "vitest list");
  await fx.tryRun(compose.wait(testProject, "tests"), { title: "integration tests through nginx" });
  await fx.tryRun(compose.copyOut(testProject, "tests", "/reports/.", folder));
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
