/** What a run by act printed: one JSON object per line. */
import type { Outcome } from "../../scripts/core/command.ts";
import { tail } from "../../scripts/core/format.ts";

/** One job of a run, as act reports it at its end. */
export interface JobResult {
  readonly job: string;
  readonly leg: string;
  readonly result: string;
}

export interface Run {
  readonly code: number;
  readonly jobs: readonly JobResult[];
  /** Everything that the steps printed. */
  readonly log: string;
  /** The end of what each failed step printed, or of everything where no step failed: for a failure's message. */
  readonly failure: string;
  readonly summary: string;
}

interface Line {
  readonly jobID?: string;
  readonly jobResult?: string;
  readonly matrix?: Readonly<Record<string, string>>;
  readonly stage?: string;
  readonly stepID?: readonly string[];
  readonly stepResult?: string;
  readonly command?: string;
  readonly content?: string;
  readonly level?: string;
  readonly msg?: string;
}

const legOf = (matrix: Line["matrix"] = {}): string => Object.values(matrix).join();
const stepOf = ({ jobID, matrix, stage, stepID = [] }: Line): string =>
  [jobID, legOf(matrix), stage, ...stepID].join("\n");

/** Pure. Lines that are no JSON are kept as they are: so says act what it cannot run at all. */
export function readRun({ code, stdout, stderr }: Outcome): Run {
  const lines = `${stdout}\n${stderr}`.split("\n").flatMap((line): readonly Line[] => {
    try {
      return [JSON.parse(line) as Line];
    } catch {
      return line === "" ? [] : [{ msg: line }];
    }
  });
  const told = lines.filter(({ level, msg }) => level !== "debug" && msg !== undefined);
  const failed = new Set(lines.filter(({ stepResult }) => stepResult === "failure").map(stepOf));
  const ends = lines.filter(({ jobID, jobResult }) => jobID !== undefined && jobResult !== undefined);
  return {
    code,
    jobs: ends.map(({ jobID = "", jobResult = "", matrix }) => ({ job: jobID, leg: legOf(matrix), result: jobResult })),
    summary: lines.flatMap(({ command, content }) => (command === "summary" ? [content ?? ""] : [])).join("\n"),
    log: logOf(told),
    failure: (failed.size === 0 ? [told] : [...failed].map((step) => told.filter((line) => stepOf(line) === step)))
      .map((some) => tail(logOf(some), 80))
      .join("\n\n"),
  };
}

const logOf = (lines: readonly Line[]): string =>
  lines.map(({ jobID, msg }) => `${jobID ?? ""} | ${msg?.trimEnd()}`).join("\n");
