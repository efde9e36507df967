/** Checks that every locked Python requirement exists as a wheel, for each C library and processor. */
import { UserError } from "../../contract/user-error.ts";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { type TestCase, reportsBelow, resultsFolder } from "../reports/junit.ts";
import { placesIn } from "../reports/places.ts";

const reports = `${resultsFolder}/wheels`;

/** The build downloads and inspects the wheels, and exports reports instead of an image. */
const build: Command = [
  ...(["docker", "buildx", "build", "--progress", "plain", "--file", "tools/wheels/Dockerfile"] as const),
  ...(["--build-context", "program=tools/wheels", "--build-context", "appkit=apps/appkit"] as const),
  ...(["--output", `type=local,dest=${reports}`, "apps"] as const),
];

/** The build fails and leaves no report if a wheel is missing or if the tests of the checking program fail. */
export async function wheels(fx: Effects): Promise<void> {
  fx.files.remove(reports);
  const { code, stdout, stderr } = await fx.tryRun(build, { title: "a wheel of each locked requirement" });
  if (code !== 0) {
    const output = withoutSteps(stdout + stderr);
    for (const { file, line, message } of placesIn(output)) fx.error(message, { file, line });
    throw new UserError(`The wheels of the locked requirements:\n${tail(output, 30)}`, `Run: ${build.join(" ")}`);
  }
  const missing = missingReports(reportsBelow(reports, fx.files));
  if (missing.length > 0)
    throw new UserError(`${missing.join(" and ")} wrote no report in ${reports}`, "Read tools/wheels/Dockerfile");
}

/** Pure: the runners that should have reported at least one test case, and did not. */
export const missingReports = (cases: readonly TestCase[]): readonly string[] =>
  ["wheels for musl", "wheels for glibc", "verify › pytest", "tests.test_musl"].filter(
    (name) => !cases.some((one) => one.name.startsWith(name)),
  );

/** Pure: removes the step number and the seconds that BuildKit writes before each line. */
export const withoutSteps = (output: string): string => output.replaceAll(/^#\d+ (?:[\d.]+ )?/gmu, "");
