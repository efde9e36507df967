/** Failed tests as annotations on the files that they name. */
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { type TestCase, parseReport } from "./junit.ts";

/** More than this many say no more than the first ones. */
const most = 10;

/** @param root What the reported files lie below, with its last slash; a test that names no file is told of the root. */
export function annotateFailures(cases: readonly TestCase[], fx: Effects, root = ""): void {
  for (const { name, message, file, line } of cases.filter(({ outcome }) => outcome === "failed").slice(0, most)) {
    const path = `${root}${file ?? ""}`;
    const place = path === "" ? undefined : { file: path, ...(line === undefined ? {} : { line }) };
    fx.error(`${name}\n${tail(message, 40)}`, place);
  }
}

/** The cases of one report, none where there is no report; those that failed are annotated. */
export function annotatedReport(path: string, fx: Effects): readonly TestCase[] {
  const cases = fx.files.exists(path) ? parseReport(fx.files.read(path)) : [];
  annotateFailures(cases, fx);
  return cases;
}
