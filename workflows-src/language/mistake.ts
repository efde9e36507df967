/** A mistake in the definition of a workflow that its types cannot express. Pure. */
import { UserError } from "../../contract/user-error.ts";

type Code =
  | ("job-twice" | "job-id" | "unknown-need" | "gate-is-job" | "artifact-twice" | "two-dimensions")
  | ("no-matrix" | "matrix-and-legs" | "matrix-empty" | "matrix-too-large" | "matrix-value-twice" | "matrix-fraction")
  | ("matrix-of-skipped" | "legs-differ" | "max-parallel" | "two-runners" | "containers-on-linux")
  | ("step-without-id" | "step-output" | "step-output-elsewhere" | "step-id-twice" | "status-in-output")
  | ("filter" | "event-path" | "two-days" | "no-such-day" | "backwards");

export class Mistake extends UserError {
  /** Tells the mistakes apart, whatever their words. */
  readonly code: Code;
  constructor(code: Code, message: string, remedy: string) {
    super(message, remedy);
    this.code = code;
  }
}
