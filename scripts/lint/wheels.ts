/** Every locked Python requirement as a wheel, for each C library and processor: downloaded, and looked into. */
import { rmSync } from "node:fs";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { tail } from "../core/format.ts";
import { type TestCase, reportsBelow, resultsFolder } from "../reports/junit.ts";
import { placesIn } from "../reports/places.ts";

/** Beside those of the other runners: the last line of `npm test` counts them. */
const reports = `${resultsFolder}/wheels`;

/** It gives reports, and no image; pip reaches its index as when the other images are built. */
const build: Command = [
  "docker",
  "buildx",
  "build",
  "--progress",
  "plain",
  "--file",
  "tools/wheels/Dockerfile",
  "--build-context",
  "program=tools/wheels",
  "--build-context",
  "appkit=apps/appkit",
  "--output",
  `type=local,dest=${reports}`,
  "apps",
];

/** The build ends in red, and leaves no report, where a wheel is missing or the program's own tests fail. */
export async function wheels(fx: Effects): Promise<void> {
  rmSync(reports, { recursive: true, force: true });
  const { code, stdout, stderr } = await fx.tryRun(build, { title: "a wheel of each locked requirement" });
  if (code !== 0) {
    const said = withoutSteps(stdout + stderr);
    for (const { file, line, message } of placesIn(said)) fx.error(message, { file, line });
    throw new UserError(`The wheels of the locks\n${tail(said, 30)}`, build.join(" "));
  }
  const findings = silent(reportsBelow(reports, fx.files));
  if (findings.length > 0) throw new UserError(`${findings.join(" and ")} reported nothing`, `Look into ${reports}`);
}

/** Pure: whoever should have reported something, and did not. */
export const silent = (cases: readonly TestCase[]): readonly string[] =>
  ["wheels for musl", "wheels for glibc", "verify › pytest", "tests.test_musl"].filter(
    (name) => !cases.some((one) => one.name.startsWith(name)),
  );

/** Pure: BuildKit writes the number of its step and the seconds before each line. */
export const withoutSteps = (output: string): string => output.replaceAll(/^#\d+ (?:[\d.]+ )?/gmu, "");
