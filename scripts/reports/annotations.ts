/** Annotates the files that failed tests name. */
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { type TestCase, parseReport } from "./junit.ts";

/** Further failures are not annotated; they are in the report. */
const maxAnnotations = 10;

/** @param root The folder of the reported files, with a slash at its end; a failure without a file is placed there. */
export function annotateFailures(cases: readonly TestCase[], fx: Effects, root = ""): void {
  for (const { name, message, file, line } of cases
    .filter(({ outcome }) => outcome === "failed")
    .slice(0, maxAnnotations)) {
    const path = `${root}${file ?? ""}`;
    const place = path === "" ? undefined : { file: path, ...(line === undefined ? {} : { line }) };
    fx.error(`${name}\n${tail(message, 40)}`, place);
  }
}

/** Reads a report and annotates its failures. Returns no test cases if there is no report. */
export function annotatedReport(path: string, fx: Effects): readonly TestCase[] {
  const cases = fx.files.exists(path) ? parseReport(fx.files.read(path)) : [];
  annotateFailures(cases, fx);
  return cases;
}
