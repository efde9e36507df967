/** The results of a linter's run for each of its files. Pure. */
import type { Outcome } from "../core/command.ts";
import { tail } from "../core/format.ts";
import { junitReport } from "../reports/junit-writer.ts";
import type { Finding } from "./linter-output.ts";
import type { Linter } from "./linters.ts";

/** The findings of one linter in one file; none when the file passed. */
export interface LinterResult {
  readonly tool: Linter["tool"];
  readonly file: string;
  readonly findings: readonly Finding[];
}

/** One result a file. A linter that failed to run is a finding in each file that it should have looked at. */
export function resultsOf(linter: Linter, outcome: Outcome): readonly LinterResult[] {
  const { tool, files } = linter;
  const findings = findingsOf(linter, outcome);
  if (findings === undefined) {
    const message = `${tool} failed with exit code ${outcome.code}: ${tail(outcome.stderr || outcome.stdout, 5)}`;
    return files.map((file) => ({ tool, file, findings: [{ file, line: 1, message }] }));
  }
  const elsewhere = findings.map(({ file }) => file).filter((file) => !files.includes(file));
  return [...new Set([...files, ...elsewhere])].map((file) => ({
    tool,
    file,
    findings: findings.filter((finding) => finding.file === file),
  }));
}

/** `undefined` when the linter failed to run: its exit code or its output is not one of a completed run. */
function findingsOf({ exitCodes, read }: Linter, { code, stdout }: Outcome): readonly Finding[] | undefined {
  if (!exitCodes.includes(code)) return undefined;
  try {
    const findings = read(stdout);
    // A linter exits with 0 exactly when it found nothing; otherwise its output was misread.
    return (code !== 0) === findings.length > 0 ? findings : undefined;
  } catch {
    return undefined;
  }
}

/** One test case for each linter and file. */
export const reportOf = (results: readonly LinterResult[]): string =>
  junitReport(
    "tools",
    results.map(({ tool, file, findings }) => ({
      classname: tool,
      name: file,
      file,
      line: findings[0]?.line,
      failure:
        findings.length === 0
          ? undefined
          : {
              message: `${findings.length} found`,
              text: findings.map(({ line, message }) => `${file}:${line} ${message}`).join("\n"),
            },
    })),
  );
