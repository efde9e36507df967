/** Reads the output of act, which prints one JSON object a line. */
import * as v from "valibot";
import type { Outcome } from "../../scripts/core/command.ts";
import { tail } from "../../scripts/core/format.ts";

/** One job of a run; each leg of a matrix is one. */
export interface JobResult {
  readonly job: string;
  readonly leg: string;
  readonly result: string;
}

export interface Run {
  readonly code: number;
  readonly jobs: readonly JobResult[];
  /** The output of all steps. */
  readonly log: string;
  /** The last lines of each failed step, or of the whole output where no step failed. */
  readonly failure: string;
  readonly summary: string;
}

const jsonLine = v.pipe(
  v.string(),
  v.parseJson(),
  v.partial(
    v.object({
      jobID: v.string(),
      jobResult: v.string(),
      matrix: v.record(v.string(), v.string()),
      stage: v.string(),
      stepID: v.array(v.string()),
      stepResult: v.string(),
      command: v.string(),
      content: v.string(),
      level: v.string(),
      msg: v.string(),
    }),
  ),
);
type Line = v.InferOutput<typeof jsonLine>;

const legOf = (matrix: Line["matrix"] = {}): string => Object.values(matrix).join();
const stepOf = ({ jobID, matrix, stage, stepID = [] }: Line): string =>
  [jobID, legOf(matrix), stage, ...stepID].join("\n");

/** Pure. Keeps lines that are not JSON as they are, because act prints its own errors in that way. */
export function readRun({ code, stdout, stderr }: Outcome): Run {
  const lines = `${stdout}\n${stderr}`.split("\n").flatMap((line): readonly Line[] => {
    const parsed = v.safeParse(jsonLine, line);
    if (parsed.success) return [parsed.output];
    return line === "" ? [] : [{ msg: line }];
  });
  const printed = lines.filter(({ level, msg }) => level !== "debug" && msg !== undefined);
  const failed = new Set(lines.filter(({ stepResult }) => stepResult === "failure").map(stepOf));
  const ends = lines.filter(({ jobID, jobResult }) => jobID !== undefined && jobResult !== undefined);
  return {
    code,
    jobs: ends.map(({ jobID = "", jobResult = "", matrix }) => ({ job: jobID, leg: legOf(matrix), result: jobResult })),
    summary: lines.flatMap(({ command, content }) => (command === "summary" ? [content ?? ""] : [])).join("\n"),
    log: logOf(printed),
    failure: (failed.size === 0
      ? [printed]
      : [...failed].map((step) => printed.filter((line) => stepOf(line) === step))
    )
      .map((some) => tail(logOf(some), 80))
      .join("\n\n"),
  };
}

/** One line for each job, or leg of a job: its id, its leg, and how it ended. */
export const resultsOf = ({ jobs }: Run): readonly string[] =>
  [...new Set(jobs.map(({ job, leg, result }) => `${job} ${leg} ${result}`))].toSorted();

const logOf = (lines: readonly Line[]): string =>
  lines.map(({ jobID, msg }) => `${jobID ?? ""} | ${msg?.trimEnd()}`).join("\n");
